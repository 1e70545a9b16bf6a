insert into covered_month_withdrawn (
    tenant, person, scheme, month, programme, transfer, recovery, withdrawn_on, withdrawn_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
