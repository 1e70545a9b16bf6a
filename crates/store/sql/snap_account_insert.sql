insert into snap_account (tenant, customer, bill) values ($1, $2, $3)
