insert into snap_notice (
    tenant, id, partner, payment_request, customer, rupiah, sen, day, reference, verdict, told_at_ms,
    request, said
) values ($1, $2, $3, '', '', $4, $5, $6, '', $7, $8, $9, $10)
