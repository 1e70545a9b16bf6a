select wanted.value from json_each($1) as wanted where 1 = 0
