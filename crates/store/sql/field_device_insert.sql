insert into field_device (
    tenant, id, agent, account, api_token, programme, prepared_at_ms, ends_at_ms, ended_at_ms,
    wipes, details
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
