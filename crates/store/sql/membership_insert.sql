insert into membership (
    tenant, id, person, programme, first_month, last_month, proposal, recorded_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8)
