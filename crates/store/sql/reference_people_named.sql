select distinct p.id
from reference_list as l
join reference_entry as n on n.tenant = l.tenant and n.list = l.id
join person as p on p.tenant = n.tenant and p.nik_index = n.nik_index
where l.tenant = $1 and l.kind in ($2, $3, $4)
