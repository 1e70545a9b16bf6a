insert into change_mark (tenant, table_name, record, act) values ($1, $2, $3, $4)
on conflict (tenant, table_name, record) do update set act = excluded.act
