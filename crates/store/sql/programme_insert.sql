insert into programme (
    tenant, id, code, name, territory, fund, schemes, first_month, last_month, default_occupation,
    income, refuse_insured, target, basis, segments, quota, mandate_from, mandate_basis, priority,
    age_from, age_to, decile, targets, facilities
) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
    $22, $23, $24
)
