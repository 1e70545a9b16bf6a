update job set beat_at_ms = $1
where tenant = $2 and state = 'running' and worker = $3
