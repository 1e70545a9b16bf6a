update statement_line set given = coalesce(given, 0) + $1 where tenant = $2 and id = $3
