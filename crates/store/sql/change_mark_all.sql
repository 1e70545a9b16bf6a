insert into change_mark (tenant, table_name, record, act)
select s.tenant, 'sheet', s.id, cast($1 as bigint)
from sheet as s
where s.tenant = $2
on conflict (tenant, table_name, record) do update set act = excluded.act
