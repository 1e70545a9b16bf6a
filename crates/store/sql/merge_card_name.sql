select name from card where tenant = $1 and id = $2
