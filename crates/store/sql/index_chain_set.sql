insert into index_chain (tenant, steps, newest) values ($1, $2, $3)
on conflict (tenant) do update set steps = excluded.steps, newest = excluded.newest
