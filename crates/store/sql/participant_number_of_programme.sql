select n.person, k.master_version, k.wrapped, n.number
from membership as m
join participant_number as n on n.tenant = m.tenant and n.person = m.person
left join record_key as k on k.tenant = n.tenant and k.id = n.person
where m.tenant = $1 and m.programme = $2
