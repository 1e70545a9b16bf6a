insert into field_record (
    tenant, id, agent, device, content, place, consent, apart, device_at_ms, at_ms,
    received_at_ms, sheet, row_no, closed_by, closed_at_ms, details
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, null, null, $14)
