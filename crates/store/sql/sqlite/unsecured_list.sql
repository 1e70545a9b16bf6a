select name from sqlite_schema where 1 = 0
