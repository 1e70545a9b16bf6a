select o.root, n.person, k.master_version, k.wrapped, n.number
from person_merge as o
join participant_number as n on n.tenant = o.tenant and n.person = o.away
left join record_key as k on k.tenant = n.tenant and k.id = n.person
where o.tenant = $1
order by n.person
