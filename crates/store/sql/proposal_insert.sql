insert into proposal (
    tenant, id, programme, made_by, made_at_ms, people, monthly, committed, list_hash, state, reason
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
