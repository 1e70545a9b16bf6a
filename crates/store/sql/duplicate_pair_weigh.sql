update duplicate_pair set score = $1, levels = $2, monthly = $3, paid = $4
where tenant = $5 and id = $6
