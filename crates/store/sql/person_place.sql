select place from person where tenant = $1 and id = $2
