delete from reason where tenant = $1 and record = $2 and part = $3
