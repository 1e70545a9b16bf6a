insert into api_token (tenant, id, token, holder, role_grant, name, operations, made_at_ms, ends_at_ms, ended_at_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, null)
