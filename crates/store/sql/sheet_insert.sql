insert into sheet (
    tenant, id, hash, file_name, size_bytes, org, programme, received_at_ms, received_by, state,
    corrects
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
