insert into covered_month (
    tenant, person, scheme, month, programme, transfer, recorded_at_ms, place, occupation, sex,
    age_from
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
