update bill_line set person = $1
where tenant = $2 and bill = $3 and month = $4 and membership = $5 and person = $6
