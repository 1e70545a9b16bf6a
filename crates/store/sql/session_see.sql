update session set seen_at_ms = $1 where tenant = $2 and token = $3
