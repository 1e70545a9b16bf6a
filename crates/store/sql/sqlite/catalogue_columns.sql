select m.name, c.name, c.type, c.pk
from sqlite_schema as m
join pragma_table_info(m.name) as c
where m.type = 'table' and m.name not like 'sqlite%'
order by m.name, c.name
