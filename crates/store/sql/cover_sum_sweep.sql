delete from cover_sum where tenant = $1 and month = $2 and people = 0
