insert into outbox_event (
    tenant, sequence, id, kind, lane, subject, at_ms, body
) values ($1, $2, $3, $4, $5, $6, $7, $8)
