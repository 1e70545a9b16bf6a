select id, coalesce(paid, 0) from bill where tenant = $1 and month = $2 order by id
