delete from cover_sum where tenant = $1
