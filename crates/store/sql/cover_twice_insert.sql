insert into cover_twice (
    tenant, person, scheme, month, transfer, from_ms, until_ms, programme, place, occupation, sex,
    age_from
) values ($1, $2, $3, $4, $5, $6, null, $7, $8, $9, $10, $11)
