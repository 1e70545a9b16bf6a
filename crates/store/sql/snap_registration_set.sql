insert into snap_registration (tenant, partner, bill, state, sends, said, changed_at_ms, total)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (tenant, partner, bill) do update
set state = excluded.state, sends = excluded.sends, said = excluded.said,
    changed_at_ms = excluded.changed_at_ms, total = excluded.total
