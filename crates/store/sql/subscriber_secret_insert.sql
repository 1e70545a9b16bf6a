insert into subscriber_secret (
    tenant, subscriber, serial, secret, made_at_ms, ends_at_ms
) values ($1, $2, $3, $4, $5, $6)
