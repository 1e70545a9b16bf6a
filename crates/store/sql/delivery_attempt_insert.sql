insert into delivery_attempt (
    tenant, subscriber, sequence, attempt, at_ms, took_ms, status, fault
) values ($1, $2, $3, $4, $5, $6, $7, $8)
