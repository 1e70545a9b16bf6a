update delivery set sender = $1, held_until_ms = $2
where tenant = $3 and subscriber = $4 and sequence = $5
