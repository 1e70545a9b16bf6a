select id, code, kind, ceiling from fund where tenant = $1 and code = $2
