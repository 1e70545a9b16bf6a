insert into external_login (tenant, issuer, subject, holder) values ($1, $2, $3, $4)
