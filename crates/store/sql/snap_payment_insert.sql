insert into snap_payment (tenant, notice, partner, request, bill, line, own, released_at_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8)
