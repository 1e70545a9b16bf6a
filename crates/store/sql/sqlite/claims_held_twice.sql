select id from person where tenant = $1 and id = x''
