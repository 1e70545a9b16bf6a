select e.person, e.sheet, e.sheet_index, e.row_no
from sheet as s
join enlistment as e on e.tenant = s.tenant and e.sheet = s.id
where s.tenant = $1 and s.programme = $2 and s.org = $3 and s.state = 'decided'
order by s.id, e.sheet_index, e.row_no
