insert into period_total (tenant, step, account, debits, credits)
values ($1, $2, $3, $4, $5)
