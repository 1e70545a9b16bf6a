insert into message (
    tenant, id, code, kind, event, place, received_at_ms, helped, state, steps, claim, details
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
