insert into covered_month_past (
    tenant, transfer, scheme, ended_at_ms, person, month, programme, recorded_at_ms, ended_on, why,
    recovery, place, occupation, sex, age_from
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
