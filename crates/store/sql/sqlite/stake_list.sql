with found as (select unhex(wanted.value) as person from json_each($1) as wanted)
select found.person,
    cast((
        select coalesce(sum(i.monthly), 0)
        from membership as m
        join proposal_item as i
            on i.tenant = m.tenant and i.person = m.person and i.proposal = m.proposal
        where m.tenant = $2 and m.person = found.person and m.last_month >= $3 and i.waiting = 0
    ) as bigint),
    cast((
        select coalesce(sum(t.amount), 0)
        from transfer as t
        where t.tenant = $2 and t.id in (
            select c.transfer from covered_month as c
            where c.tenant = $2 and c.person = found.person
        )
    ) as bigint)
from found
