insert into movement (
    tenant, id, programme, reason, from_month, made_by, made_at_ms, left_count, joined_count, freed,
    used, hash, state, basis_number, basis_day
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
