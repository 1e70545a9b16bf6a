select m.id, m.person, m.programme, m.first_month, m.last_month, p.occupation, p.birth,
    d.died
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
left join (
    select n.tenant, n.nik_index, min(coalesce(n.event, l.as_of)) as died
    from reference_list as l
    join reference_entry as n on n.tenant = l.tenant and n.list = l.id
    where l.kind = $1 and l.tenant = $2
    group by n.tenant, n.nik_index
) as d on d.tenant = p.tenant and d.nik_index = p.nik_index
where m.tenant = $2 and m.programme = $3
order by m.id
