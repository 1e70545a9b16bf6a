insert into one_time_link (tenant, token, id, purpose, holder, ends_at_ms) values ($1, $2, $3, $4, $5, $6)
