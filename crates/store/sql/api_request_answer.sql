update api_request set status = $1, answer = $2
where tenant = $3 and holder = $4 and request_key = $5 and claim = $6 and status is null
