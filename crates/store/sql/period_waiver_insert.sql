insert into period_waiver (tenant, step, kind, about, amount) values ($1, $2, $3, $4, $5)
