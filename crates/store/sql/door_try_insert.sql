insert into door_try (tenant, subject, at_ms, id) values ($1, $2, $3, $4)
