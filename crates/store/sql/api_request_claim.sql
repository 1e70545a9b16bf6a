update api_request set claim = $1, claimed_at_ms = $2
where tenant = $3 and holder = $4 and request_key = $5 and status is null
