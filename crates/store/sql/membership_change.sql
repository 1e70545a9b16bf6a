update membership set first_month = $1, last_month = $2, recorded_at_ms = $3
where tenant = $4 and id = $5
