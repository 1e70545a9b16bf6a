select changed_at_ms from credential where tenant = $1 and holder = $2
