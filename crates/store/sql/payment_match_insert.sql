insert into payment_match (tenant, line, bill, matched_by) values ($1, $2, $3, $4)
