select r.id, p.code
from field_record as r
join intake_problem as p
    on p.tenant = r.tenant and p.sheet = r.sheet and p.sheet_index = 0 and p.row_no = r.row_no
where r.tenant = $1
order by r.id, p.ordinal
