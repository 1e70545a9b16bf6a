select distinct m.name, f."table"
from sqlite_schema as m
join pragma_foreign_key_list(m.name) as f
where m.type = 'table'
order by 1, 2
