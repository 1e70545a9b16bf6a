insert into programme_occupation (tenant, programme, occupation) values ($1, $2, $3)
