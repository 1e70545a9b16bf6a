delete from one_time_link where tenant = $1 and ends_at_ms < $2
