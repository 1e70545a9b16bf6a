insert into session (tenant, token, id, holder, stage, device, made_at_ms, seen_at_ms, ends_at_ms, entry)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
