insert into snap_partner (tenant, code, task, client, made_at_ms) values ($1, $2, $3, $4, $5)
