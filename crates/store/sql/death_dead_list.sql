select coalesce(o.root, q.id), min(coalesce(n.event, l.as_of)), min(l.as_of)
from reference_list as l
join reference_entry as n on n.tenant = l.tenant and n.list = l.id
join person as q on q.tenant = n.tenant and q.nik_index = n.nik_index
left join person_merge as o on o.tenant = q.tenant and o.away = q.id
where l.kind = $1 and l.tenant = $2
    and not exists (
        select 1 from life_proof as v
        where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
    )
group by coalesce(o.root, q.id)
order by coalesce(o.root, q.id)
