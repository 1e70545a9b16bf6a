insert into index_chain (tenant, steps) values ($1, $2)
on conflict (tenant) do update set steps = excluded.steps
