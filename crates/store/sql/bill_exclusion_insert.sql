insert into bill_exclusion (
    tenant, bill, line_no, membership, person, reason, month, scheme, programme, transfer,
    age_verdict, age_years
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
