insert into bill_exclusion (
    tenant, bill, line_no, membership, person, reason, month, scheme, programme, transfer
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
