update subscriber_secret set ends_at_ms = $1
where tenant = $2 and subscriber = $3 and serial < $4 and ends_at_ms is null
