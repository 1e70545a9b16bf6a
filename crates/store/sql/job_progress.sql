update job set step = $1, done = $2, total = $3, beat_at_ms = $4
where tenant = $5 and id = $6 and state = 'running'
