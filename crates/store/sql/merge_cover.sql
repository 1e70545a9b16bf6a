update covered_month set person = $1
where tenant = $2 and person = $3 and scheme = $4 and month = $5
