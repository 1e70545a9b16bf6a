-- The work for which a programme insures its members, as their lists had it.
select m.id, m.person, m.programme, m.first_month, m.last_month,
    coalesce(i.occupation, p.occupation)
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
left join proposal_item as i
    on i.tenant = m.tenant and i.person = m.person and i.proposal = m.proposal
where m.tenant = $1 and m.programme = $2
order by m.id
