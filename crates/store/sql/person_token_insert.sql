insert into person_token (tenant, token, person) values ($1, $2, $3)
