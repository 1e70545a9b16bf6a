insert into header_mapping (tenant, org, fingerprint, mapping) values ($1, $2, $3, $4)
on conflict (tenant, org, fingerprint) do update set mapping = excluded.mapping
