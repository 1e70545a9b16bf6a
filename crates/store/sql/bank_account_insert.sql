insert into bank_account (tenant, id, code, name, bank, number, fund, layout)
values ($1, $2, $3, $4, $5, $6, $7, $8)
