insert into user_account (tenant, id, name) values ($1, $2, $3)
