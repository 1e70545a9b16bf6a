select distinct l.id, l.kind, l.as_of
from reference_entry as e
join reference_list as l on l.tenant = e.tenant and l.id = e.list
where e.tenant = $1 and e.nik_index = $2
order by l.kind, l.as_of, l.id
