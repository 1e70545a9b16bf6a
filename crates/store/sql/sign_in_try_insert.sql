insert into sign_in_try (tenant, subject, id, at_ms) values ($1, $2, $3, $4)
