insert into death_notice (
    tenant, id, source, as_of, event, person, score, levels, state, details, received_at_ms,
    answered_by, answered_at_ms, kind
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
