insert into snap_credit (tenant, partner, payment_request, notice, bill, line, own)
values ($1, $2, $3, $4, $5, $6, $7)
