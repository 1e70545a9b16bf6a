insert into sipp_reply (
    tenant, id, programme, hash, file_name, received_on, received_at_ms, received_by
) values ($1, $2, $3, $4, $5, $6, $7, $8)
