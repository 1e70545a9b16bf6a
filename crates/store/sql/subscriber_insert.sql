insert into subscriber (
    tenant, id, code, name, url, kinds, state, made_by, made_at_ms, decided_by, changed_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
