insert into enlistment (tenant, programme, person, sheet, sheet_index, row_no)
select r.tenant, s.programme, p.id, r.sheet, r.sheet_index, r.row_no
from person as p
join intake_row as r on r.tenant = p.tenant
join sheet as s on s.tenant = r.tenant and s.id = r.sheet
where p.id = $1 and p.tenant = $2 and r.sheet = $3 and r.sheet_index = $4 and r.row_no = $5
    and s.state = 'decided' and r.superseded_by is null
on conflict (tenant, programme, person) do nothing
