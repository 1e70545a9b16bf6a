insert into attachment (
    tenant, id, of_what, record, part, media, size_bytes, made_by, at_ms, content
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (tenant, id) do nothing
