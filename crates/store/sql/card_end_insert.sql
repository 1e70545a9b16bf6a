insert into card_end (tenant, card, cause, ended_by, ended_at_ms) values ($1, $2, $3, $4, $5)
