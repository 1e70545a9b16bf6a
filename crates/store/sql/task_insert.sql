insert into task (tenant, id, kind, object, hash, content, effect, approvers, maker, made_at_ms, expires_at_ms, state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
