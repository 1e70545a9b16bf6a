insert into period_step (
    tenant, id, month, act, reason, hash, transfers, moved, made_by, made_at_ms, state
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
