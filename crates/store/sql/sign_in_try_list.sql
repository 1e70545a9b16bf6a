select at_ms from sign_in_try where tenant = $1 and subject = $2 and at_ms > $3 order by at_ms
