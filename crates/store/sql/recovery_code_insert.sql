insert into recovery_code (tenant, holder, code) values ($1, $2, $3)
