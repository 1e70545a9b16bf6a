insert into audit (
    tenant, seq, id, salt, at_ms, actor, act, object_kind, object, count, reason, state, leaf
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
