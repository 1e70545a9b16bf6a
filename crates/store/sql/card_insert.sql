insert into card (
    tenant, id, number, person, programme, name, village, occupation, paid_until, issued, copy,
    state
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
