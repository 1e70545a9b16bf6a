delete from subscriber_secret where tenant = $1 and subscriber = $2 and ends_at_ms <= $3
