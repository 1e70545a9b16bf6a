delete from session where tenant = $1 and (ends_at_ms < $2 or seen_at_ms < $3)
