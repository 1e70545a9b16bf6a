insert into provided_grant (tenant, id, task) values ($1, $2, $3)
