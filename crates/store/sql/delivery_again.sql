update delivery
set state = 'waiting', tries = 0, next_at_ms = $1, ended_at_ms = null
where tenant = $2 and subscriber = $3 and sequence = $4 and state <> 'waiting'
