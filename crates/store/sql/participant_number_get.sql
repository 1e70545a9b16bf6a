select n.person, k.master_version, k.wrapped, n.number
from participant_number as n
left join record_key as k on k.tenant = n.tenant and k.id = n.person
where n.tenant = $1 and n.person = $2
