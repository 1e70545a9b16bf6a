insert into programme (
    tenant, id, code, name, territory, fund, schemes, first_month, last_month, default_occupation,
    income, refuse_insured, target
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
