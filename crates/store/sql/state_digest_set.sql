insert into state_digest (tenant, table_name, digest) values ($1, $2, $3)
on conflict (tenant, table_name) do update set digest = excluded.digest
