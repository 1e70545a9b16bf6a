-- The work for which a programme insures its members: of the row by which it took them in; where
-- that names none, as their list had it, or as the register has it.
select m.id, m.person, m.programme, m.first_month, m.last_month,
    coalesce(r.occupation, (
        select i.occupation
        from proposal_item as i
        where i.tenant = m.tenant and i.person = m.person and i.proposal = m.proposal
        limit 1
    ), (
        -- Whoever was merged into the person stood on the list.
        select i.occupation
        from person_merge as n
        join proposal_item as i on i.tenant = n.tenant and i.person = n.away
        where n.tenant = m.tenant and n.root = m.person and i.proposal = m.proposal
        order by n.away
        limit 1
    ), p.occupation)
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
left join enlistment as e
    on e.tenant = m.tenant and e.programme = m.programme and e.person = m.person
left join intake_row as r
    on r.tenant = e.tenant and r.sheet = e.sheet and r.sheet_index = e.sheet_index
        and r.row_no = e.row_no
where m.tenant = $1 and m.programme = $2
order by m.id
