insert into snap_echo (tenant, line, partner, payment_request) values ($1, $2, $3, $4)
