select id from person where tenant = $1 and id = $2 and 1 = 0
