select r.id
from intake_row as i
join field_record as r on r.tenant = i.tenant and r.sheet = i.sheet and r.row_no = i.row_no
where i.tenant = $1 and i.person = $2
order by r.id
