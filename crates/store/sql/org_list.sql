select id, code, name, territory from org where tenant = $1 order by code
