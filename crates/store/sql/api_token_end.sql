update api_token set ended_at_ms = $1
where tenant = $2 and id = $3 and ended_at_ms is null
