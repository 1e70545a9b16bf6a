insert into subscriber_health (
    tenant, subscriber, failing_since_ms, hold_until_ms
) values ($1, $2, $3, $4)
on conflict (tenant, subscriber) do update
set failing_since_ms = excluded.failing_since_ms, hold_until_ms = excluded.hold_until_ms
