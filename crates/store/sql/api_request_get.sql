select payload, claimed_at_ms, acted_at_ms, status, answer
from api_request
where tenant = $1 and holder = $2 and request_key = $3
