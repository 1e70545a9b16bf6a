select
    e.person, o.programme, m.first_month, m.last_month,
    cast(case when exists (
        select 1 from proposal_item as i
        join proposal as q on q.tenant = i.tenant and q.id = i.proposal
        where i.tenant = o.tenant and i.person = o.person and i.waiting = 0
            and q.programme = o.programme and q.state = 'proposed'
    ) then 1 else 0 end as bigint),
    cast(case when exists (
        select 1 from proposal_item as i
        join proposal as q on q.tenant = i.tenant and q.id = i.proposal
        where i.tenant = o.tenant and i.person = o.person and i.waiting = 1
            and q.programme = o.programme and q.state in ('proposed', 'approved')
    ) then 1 else 0 end as bigint)
from enlistment as e
join enlistment as o
    on o.tenant = e.tenant and o.person = e.person and o.programme <> e.programme
left join membership as m
    on m.tenant = o.tenant and m.programme = o.programme and m.person = o.person
where e.tenant = $1 and e.programme = $2
order by e.person, o.programme
