insert into recovery_request (tenant, holder, asked_by, asked_at_ms) values ($1, $2, $3, $4)
on conflict (tenant, holder) do update set asked_by = excluded.asked_by, asked_at_ms = excluded.asked_at_ms
