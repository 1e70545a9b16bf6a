-- What lists tell of members for sure, or somebody said so of: of whom, on which day, told when first.
select coalesce(o.root, n.person), n.event, min(n.as_of)
from death_notice as n
left join person_merge as o on o.tenant = n.tenant and o.away = n.person
where n.tenant = $1 and n.kind = $2 and n.state in ('same', 'confirmed')
group by coalesce(o.root, n.person), n.event
order by coalesce(o.root, n.person), n.event
