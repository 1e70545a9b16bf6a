-- The work for which a programme insures its members: of the row by which it took them in; where
-- that names none, as their list had it, or as the register has it.
select m.id, m.person, m.programme, m.first_month, m.last_month,
    coalesce(r.occupation, i.occupation, p.occupation)
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
left join enlistment as e
    on e.tenant = m.tenant and e.programme = m.programme and e.person = m.person
left join intake_row as r
    on r.tenant = e.tenant and r.sheet = e.sheet and r.sheet_index = e.sheet_index
        and r.row_no = e.row_no
left join proposal_item as i
    on i.tenant = m.tenant and i.person = m.person and i.proposal = m.proposal
where m.tenant = $1 and m.programme = $2
order by m.id
