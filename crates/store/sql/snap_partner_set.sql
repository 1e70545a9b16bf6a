update snap_partner set task = $1, client = $2, ended_at_ms = $3 where tenant = $4 and code = $5
