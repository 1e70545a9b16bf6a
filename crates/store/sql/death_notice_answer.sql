update death_notice set state = $1, answered_by = $2, answered_at_ms = $3
where tenant = $4 and id = $5
