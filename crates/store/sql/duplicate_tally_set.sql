insert into duplicate_tally (tenant, state, pairs) values ($1, $2, $3)
on conflict (tenant, state) do update set pairs = excluded.pairs
