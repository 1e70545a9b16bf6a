insert into fund (tenant, id, code, kind, ceiling, year, account, earmark)
values ($1, $2, $3, $4, $5, $6, $7, $8)
