delete from cover_total where tenant = $1
