select c.relname::text
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attname = 'tenant'
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and c.relname not in ('nik_claim', 'nik_month')
    and not (c.relrowsecurity and c.relforcerowsecurity)
order by 1
