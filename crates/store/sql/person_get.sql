select
    p.id, k.master_version, k.wrapped, p.nik, p.no_kk, p.name, p.birth, p.birth_place, p.sex,
    p.address, p.place, p.occupation, p.phone, p.mother, p.version, p.valid_from, p.recorded_at_ms
from person as p
left join record_key as k on k.tenant = p.tenant and k.id = p.id
where p.tenant = $1 and p.id = $2
