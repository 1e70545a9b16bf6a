select id, paid from bill where tenant = $1 and month = $2 order by id
