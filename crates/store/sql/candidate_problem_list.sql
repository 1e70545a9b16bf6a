select e.person, f.code
from enlistment as e
join intake_problem as f
    on f.tenant = e.tenant and f.sheet = e.sheet and f.sheet_index = e.sheet_index
        and f.row_no = e.row_no
where e.tenant = $1 and e.programme = $2
order by e.person, f.ordinal
