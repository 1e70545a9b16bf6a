select distinct c.relname::text, p.relname::text
from pg_constraint as k
join pg_class as c on c.oid = k.conrelid
join pg_class as p on p.oid = k.confrelid
where k.connamespace = 'public'::regnamespace and k.contype = 'f' and not c.relispartition
order by 1, 2
