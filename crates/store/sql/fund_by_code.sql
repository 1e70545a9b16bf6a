select id, code, kind, ceiling, year, account, earmark from fund where tenant = $1 and code = $2
