-- What was found in the rows of the records between two of them.
select r.id, p.code
from field_record as r
cross join intake_problem as p
where r.tenant = $1 and r.received_at_ms between $2 and $3
    and (r.received_at_ms > $2 or r.id >= $4)
    and (r.received_at_ms < $3 or r.id <= $5)
    and p.tenant = r.tenant and p.sheet = r.sheet and p.sheet_index = 0 and p.row_no = r.row_no
order by r.id, p.ordinal
