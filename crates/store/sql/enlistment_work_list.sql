-- The work that the rows name by which a programme took people in.
select e.person, r.occupation
from enlistment as e
join intake_row as r
    on r.tenant = e.tenant and r.sheet = e.sheet and r.sheet_index = e.sheet_index
        and r.row_no = e.row_no
where e.tenant = $1 and e.programme = $2 and r.occupation is not null
