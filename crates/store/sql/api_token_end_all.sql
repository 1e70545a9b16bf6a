update api_token set ended_at_ms = $1
where tenant = $2 and holder = $3 and ended_at_ms is null
