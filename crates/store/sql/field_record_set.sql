update field_record set
    device = $1, content = $2, place = $3, consent = $4, apart = $5, device_at_ms = $6,
    at_ms = $7, received_at_ms = $8, sheet = $9, row_no = $10, details = $11
where tenant = $12 and id = $13
