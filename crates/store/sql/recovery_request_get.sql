select asked_by, asked_at_ms from recovery_request where tenant = $1 and holder = $2
