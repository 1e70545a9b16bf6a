-- The work for which other programmes insure the people enlisted on this one: as the list had it that
-- they came on, or as the register has it where that list knew them by another record.
select m.id, m.person, m.programme, m.first_month, m.last_month,
    coalesce(i.occupation, p.occupation)
from enlistment as e
join membership as m on m.tenant = e.tenant and m.person = e.person and m.programme <> e.programme
join person as p on p.tenant = m.tenant and p.id = m.person
left join proposal_item as i
    on i.tenant = m.tenant and i.person = m.person and i.proposal = m.proposal
where e.tenant = $1 and e.programme = $2
order by m.id
