select
    p.id, p.nik, p.name, p.birth, p.mother, p.place, e.sheet, e.sheet_index, e.row_no
from jsonb_array_elements_text(cast($1 as text)::jsonb) as wanted (item)
join person as p on p.tenant = $2 and p.nik = wanted.item::bigint
left join enlistment as e on e.tenant = p.tenant and e.programme = $3 and e.person = p.id
