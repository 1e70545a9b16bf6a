select m.person, p.nik_index
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
where m.tenant = $1 and m.programme = $2 and p.nik_index is not null
