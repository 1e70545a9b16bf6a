select
    p.id, k.master_version, k.wrapped, p.nik, p.no_kk, p.name, p.birth, p.birth_place, p.sex,
    p.address, p.place, p.occupation, p.phone, p.mother
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
left join record_key as k on k.tenant = p.tenant and k.id = p.id
left join person_merge as o on o.tenant = m.tenant and o.away = m.person
where m.tenant = $1 and m.programme = $2 and o.away is null
