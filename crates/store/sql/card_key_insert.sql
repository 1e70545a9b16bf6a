insert into card_key (tenant, id, year, public, secret, made_at_ms) values ($1, $2, $3, $4, $5, $6)
