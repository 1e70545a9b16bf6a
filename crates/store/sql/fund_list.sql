select id, code, kind, ceiling, year, account, earmark from fund where tenant = $1 order by code
