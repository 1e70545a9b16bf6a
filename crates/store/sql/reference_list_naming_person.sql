select distinct l.id, l.kind, l.as_of
from person as p
join reference_entry as e on e.tenant = p.tenant and e.nik_index = p.nik_index
join reference_list as l on l.tenant = e.tenant and l.id = e.list
where p.tenant = $1 and p.id = $2
order by l.kind, l.as_of, l.id
