update job
set state = 'running', worker = $1, beat_at_ms = $2, begun_at_ms = coalesce(begun_at_ms, $3),
    tries = tries + 1
where tenant = $4 and id = $5
