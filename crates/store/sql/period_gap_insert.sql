insert into period_gap (tenant, step, about) values ($1, $2, $3)
