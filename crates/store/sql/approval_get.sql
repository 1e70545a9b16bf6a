select checker, approved_at_ms from approval where tenant = $1 and proposal = $2
