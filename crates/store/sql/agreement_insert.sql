insert into agreement (
    tenant, id, code, template, copied_from, state, version, newest, ended_on, made_by, made_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
