insert into sipp_standing (
    tenant, programme, person, state, month, rejections, reason, since, version, reply,
    changed_at_ms, inherited_from
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
