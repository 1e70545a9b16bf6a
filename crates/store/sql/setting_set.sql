insert into setting (tenant, name, content) values ($1, $2, $3)
on conflict (tenant, name) do update set content = excluded.content
