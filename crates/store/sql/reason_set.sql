insert into reason (tenant, record, part, words) values ($1, $2, $3, $4)
on conflict (tenant, record, part) do update set words = excluded.words
