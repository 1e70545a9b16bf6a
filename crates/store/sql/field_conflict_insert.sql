insert into field_conflict (
    tenant, record, content, device, place, at_ms, received_at_ms, settled_by, settled_at_ms, details,
    consent, apart
) values ($1, $2, $3, $4, $5, $6, $7, null, null, $8, $9, $10)
on conflict (tenant, record, content) do nothing
