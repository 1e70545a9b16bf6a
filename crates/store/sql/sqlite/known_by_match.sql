select
    p.id, k.master_version, k.wrapped, p.nik, p.name, p.birth, p.mother, p.place, e.sheet,
    e.sheet_index, e.row_no
from json_each($1) as wanted
cross join person as p on p.tenant = $2 and p.match_key = wanted.value
left join record_key as k on k.tenant = p.tenant and k.id = p.id
left join enlistment as e on e.tenant = p.tenant and e.programme = $3 and e.person = p.id
