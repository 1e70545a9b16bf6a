select c.relname::text
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attname = 'tenant'
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and not exists (
        select from pg_class as r
        where r.oid = coalesce(pg_partition_root(c.oid), c.oid)
            and r.relname in (
                'nik_claim', 'nik_month', 'nik_claim_left', 'nik_month_left', 'index_chain'
            )
    )
    and not (c.relrowsecurity and c.relforcerowsecurity)
order by 1
