select line, bill, matched_by from payment_match where tenant = $1 order by line
