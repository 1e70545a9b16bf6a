insert into audit_schema (tenant, migration) values ($1, $2)
on conflict (tenant) do update set migration = excluded.migration
