select id, code, kind, ceiling from fund where tenant = $1 order by code
