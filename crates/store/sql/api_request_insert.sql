insert into api_request (tenant, holder, request_key, payload, claim, claimed_at_ms, acted_at_ms, status, answer)
values ($1, $2, $3, $4, $5, $6, null, null, null)
