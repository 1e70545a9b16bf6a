select id, purpose, holder, ends_at_ms from one_time_link where tenant = $1 and token = $2
