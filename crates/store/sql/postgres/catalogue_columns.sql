select c.relname::text, a.attname::text, format_type(a.atttypid, null),
    coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_index as i on i.indrelid = c.oid and i.indisprimary
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname::text collate "C", a.attname::text collate "C"
