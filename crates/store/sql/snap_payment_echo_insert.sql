insert into snap_payment_echo (tenant, line, notice) values ($1, $2, $3)
