insert into annex (
    tenant, programme, number, kind, proposal, made_by, made_at_ms, added, removed, bound, freed, hash
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
