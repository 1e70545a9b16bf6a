insert into ledger_chart (
    tenant, id, from_day, hash, reason, made_by, made_at_ms, state
) values ($1, $2, $3, $4, $5, $6, $7, $8)
