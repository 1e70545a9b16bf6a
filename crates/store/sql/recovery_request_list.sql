select holder, asked_by, asked_at_ms from recovery_request where tenant = $1 order by asked_at_ms, holder
