insert into user_account (tenant, id, name, role) values ($1, $2, $3, $4)
