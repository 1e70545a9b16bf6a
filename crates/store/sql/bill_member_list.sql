select m.id, m.person, m.programme, m.first_month, m.last_month, p.occupation, p.birth,
    d.died
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
left join person_merge as g on g.tenant = m.tenant and g.away = m.person
-- Whoever died under a number of a record that was merged died.
left join (
    select q.tenant, coalesce(o.root, q.id) as person, min(coalesce(n.event, l.as_of)) as died
    from reference_list as l
    join reference_entry as n on n.tenant = l.tenant and n.list = l.id
    join person as q on q.tenant = n.tenant and q.nik_index = n.nik_index
    left join person_merge as o on o.tenant = q.tenant and o.away = q.id
    where l.kind = $1 and l.tenant = $2
        and not exists (
            select 1 from life_proof as v
            where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
        )
    group by q.tenant, coalesce(o.root, q.id)
) as d on d.tenant = m.tenant and d.person = m.person
-- A second place on one programme of somebody whose record was merged is not paid for.
where m.tenant = $2 and m.programme = $3 and g.away is null
order by m.id
