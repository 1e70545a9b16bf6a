insert into statement (tenant, hash, account, received_at_ms) values ($1, $2, $3, $4)
