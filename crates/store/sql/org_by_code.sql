select id, code, name, territory from org where tenant = $1 and code = $2
