select
    p.id, k.master_version, k.wrapped, p.nik, p.no_kk, p.name, p.birth, p.birth_place, p.sex,
    p.address, p.place, p.occupation, p.phone, p.mother
from json_each($1) as wanted
cross join person as p on p.tenant = $2 and p.id = unhex(wanted.value)
left join record_key as k on k.tenant = p.tenant and k.id = p.id
