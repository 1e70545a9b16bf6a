delete from api_request where tenant = $1 and claimed_at_ms < $2
