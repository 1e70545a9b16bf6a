insert into period (tenant, month, last_day, state, step) values ($1, $2, $3, $4, $5)
on conflict (tenant, month) do update set state = excluded.state, step = excluded.step
