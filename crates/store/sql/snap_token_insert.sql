insert into snap_token (tenant, token, partner, ends_at_ms) values ($1, $2, $3, $4)
