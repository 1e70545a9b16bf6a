insert into allocation (
    tenant, id, line, nth, purpose, about, amount, matched_by, day, task, given_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
