select p.id, e.sheet, e.sheet_index, e.row_no
from programme as p
join enlistment as e on e.tenant = p.tenant and e.programme = p.id and e.person = $1
where p.tenant = $2
order by p.id
