update delivery set tries = 0, next_at_ms = $1
where tenant = $2 and subscriber = $3 and state = 'waiting'
