insert into credential (tenant, holder, password, changed_at_ms) values ($1, $2, $3, $4)
on conflict (tenant, holder) do update set password = excluded.password, changed_at_ms = excluded.changed_at_ms
