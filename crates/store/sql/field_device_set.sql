update field_device set
    api_token = $1, programme = $2, prepared_at_ms = $3, ends_at_ms = $4, ended_at_ms = $5,
    wipes = $6
where tenant = $7 and id = $8
