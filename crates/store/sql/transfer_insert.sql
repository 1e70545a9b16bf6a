insert into transfer (
    tenant, id, debit, credit, amount, code, kind, pending, document_kind, document, month, day,
    origin
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
