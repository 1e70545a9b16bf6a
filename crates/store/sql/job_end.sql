update job set state = $1, code = $2, detail = $3, ended_at_ms = $4
where tenant = $5 and id = $6 and state in ('queued', 'running')
