insert into benefit_claim (
    tenant, id, person, kind, event, reported, told, occupation, details, opened_by, opened_at_ms,
    state, steps, granted, paid
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
