update snap_payment set released_at_ms = $1
where tenant = $2 and line = $3 and bill = $4 and released_at_ms is null
