update api_request set acted_at_ms = $1
where tenant = $2 and holder = $3 and request_key = $4 and claim = $5 and status is null
