select v.as_of
from life_proof as v
where v.tenant = $1 and v.nik_index in (
    select q.nik_index from person as q where q.tenant = $1 and q.id = $2
    union all
    select p.nik_index
    from person_merge as o
    join person as p on p.tenant = o.tenant and p.id = o.away
    where o.tenant = $1 and o.root = $2
)
order by v.as_of desc
limit 1
