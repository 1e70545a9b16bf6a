insert into org (tenant, id, code, name, territory) values ($1, $2, $3, $4, $5)
