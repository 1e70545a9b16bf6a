update field_conflict set settled_by = $1, settled_at_ms = $2
where tenant = $3 and record = $4 and content = $5 and settled_at_ms is null
