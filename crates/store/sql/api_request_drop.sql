delete from api_request
where tenant = $1 and holder = $2 and request_key = $3 and claim = $4 and acted_at_ms is null and status is null
