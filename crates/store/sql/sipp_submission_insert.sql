insert into sipp_submission (
    tenant, id, programme, kind, month, people, held, made_at_ms, made_by
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
