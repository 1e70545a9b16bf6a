insert into delivery (
    tenant, subscriber, sequence, lane, state, tries, attempts, next_at_ms, sender, held_until_ms,
    ended_at_ms
) values ($1, $2, $3, $4, 'waiting', 0, 0, $5, null, 0, null)
on conflict (tenant, subscriber, sequence) do nothing
