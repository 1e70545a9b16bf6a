delete from covered_month where tenant = $1 and programme = $2 and month = $3
