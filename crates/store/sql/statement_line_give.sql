update statement_line set given = given + $1 where tenant = $2 and id = $3
