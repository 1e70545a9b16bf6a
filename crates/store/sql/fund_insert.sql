insert into fund (tenant, id, code, kind, ceiling) values ($1, $2, $3, $4, $5)
