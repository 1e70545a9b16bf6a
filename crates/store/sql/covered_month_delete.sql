delete from covered_month
where tenant = $1 and person = $2 and scheme = $3 and month = $4 and transfer = $5
