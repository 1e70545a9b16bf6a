insert into voucher (
    tenant, id, undoes, debit, credit, amount, month, day, number, reason, made_by, made_at_ms, state,
    transfer
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
