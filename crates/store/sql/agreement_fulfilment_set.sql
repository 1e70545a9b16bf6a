insert into agreement_fulfilment (
    tenant, agreement, duty, subject, done_on, note, given_by, given_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (tenant, agreement, duty, subject) do update set
    done_on = excluded.done_on, note = excluded.note, given_by = excluded.given_by,
    given_at_ms = excluded.given_at_ms
