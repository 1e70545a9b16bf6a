select
    p.id, k.master_version, k.wrapped, p.nik, p.no_kk, p.name, p.birth, p.birth_place, p.sex,
    p.address, p.place, p.occupation, p.phone, p.mother
from enlistment as e
join person as p on p.tenant = e.tenant and p.id = e.person
left join record_key as k on k.tenant = p.tenant and k.id = p.id
where e.tenant = $1 and e.programme = $2 and p.nik_index is not null
order by p.id
