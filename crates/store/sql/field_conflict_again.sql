update field_conflict set
    settled_by = null, settled_at_ms = null, received_at_ms = $1, consent = $2, apart = $3
where tenant = $4 and record = $5 and content = $6
    and (settled_at_ms is not null or consent is null or apart is null)
