update field_conflict set settled_by = null, settled_at_ms = null, received_at_ms = $1
where tenant = $2 and record = $3 and content = $4 and settled_at_ms is not null
