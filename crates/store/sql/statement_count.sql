select count(*) from statement where tenant = $1 and hash = $2
