insert into covered_month (tenant, person, scheme, month, programme, transfer)
values ($1, $2, $3, $4, $5, $6)
