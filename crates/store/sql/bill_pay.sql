update bill set paid = coalesce(paid, 0) + $1 where tenant = $2 and id = $3
