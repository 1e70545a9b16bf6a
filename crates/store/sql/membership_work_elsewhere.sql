-- The work for which other programmes insure the people enlisted on this one: of the row by which
-- each took them in; where that names none, as their list had it, or as the register has it.
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
from enlistment as e
join membership as m on m.tenant = e.tenant and m.person = e.person and m.programme <> e.programme
join person as p on p.tenant = m.tenant and p.id = m.person
left join enlistment as o
    on o.tenant = m.tenant and o.programme = m.programme and o.person = m.person
left join intake_row as r
    on r.tenant = o.tenant and r.sheet = o.sheet and r.sheet_index = o.sheet_index
        and r.row_no = o.row_no
where e.tenant = $1 and e.programme = $2
order by m.id
