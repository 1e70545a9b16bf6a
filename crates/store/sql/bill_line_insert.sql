insert into bill_line (
    tenant, bill, month, line_no, membership, person, scheme, rupiah, rule, article, status, relief
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
