update delivery
set state = $1, tries = tries + 1, attempts = attempts + 1, next_at_ms = $2, sender = null,
    held_until_ms = 0, ended_at_ms = $3
where tenant = $4 and subscriber = $5 and sequence = $6 and sender = $7 and state = 'waiting'
