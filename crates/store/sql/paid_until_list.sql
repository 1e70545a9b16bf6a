select
    found.occupation, found.paid_until, found.first_month, found.last_month,
    cast(count(*) as bigint)
from (
    select p.occupation, m.person, m.first_month, m.last_month, max(c.month) as paid_until
    from membership as m
    join person as p on p.tenant = m.tenant and p.id = m.person
    left join covered_month as c on c.tenant = m.tenant and c.person = m.person
    left join person_merge as g on g.tenant = m.tenant and g.away = m.person
    where m.tenant = $1 and m.programme = $2 and m.first_month <= $3 and g.away is null
        and not exists (
            select 1 from reference_list as l
            join reference_entry as n on n.tenant = l.tenant and n.list = l.id
            join person as q on q.tenant = n.tenant and q.nik_index = n.nik_index
            where l.tenant = m.tenant and l.kind = $4 and q.id = m.person
                and not exists (
                    select 1 from life_proof as v
                    where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
                )
        )
    group by p.occupation, m.person, m.first_month, m.last_month
) as found
group by found.occupation, found.paid_until, found.first_month, found.last_month
order by found.last_month, found.paid_until, found.first_month, found.occupation
