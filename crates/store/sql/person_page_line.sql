select p.id, k.master_version, k.wrapped, p.nik, p.name, p.birth, p.place, p.occupation
from person as p
left join record_key as k on k.tenant = p.tenant and k.id = p.id
where p.tenant = $1 and p.place between $2 and $3 and (p.place, p.id) > ($2, $4)
order by p.place, p.id
limit $5
