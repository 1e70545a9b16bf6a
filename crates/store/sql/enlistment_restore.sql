insert into enlistment (tenant, programme, person, sheet, sheet_index, row_no)
select r.tenant, s.programme, r.person, r.sheet, r.sheet_index, r.row_no
from intake_row as r
join sheet as s on s.tenant = r.tenant and s.id = r.sheet
where r.tenant = $1 and r.superseded_by = $2 and r.outcome in ($3, $4) and r.person is not null
on conflict (tenant, programme, person) do nothing
