select count(*) from person where tenant = $1
