select
    g.id,
    cast((
        select coalesce(sum(q.committed), 0) from proposal as q
        where q.tenant = g.tenant and q.programme = g.id and q.state = 'proposed'
    ) as bigint),
    cast((
        select coalesce(sum(q.committed), 0) from proposal as q
        where q.tenant = g.tenant and q.programme = g.id and q.state = 'approved'
    ) as bigint),
    cast((
        select coalesce(sum(b.total), 0) from bill as b
        where b.tenant = g.tenant and b.programme = g.id and b.state in ('final', 'posted')
    ) as bigint),
    cast((
        select coalesce(sum(b.total), 0) from bill as b
        where b.tenant = g.tenant and b.programme = g.id and b.state = 'posted'
    ) as bigint)
from programme as g
where g.tenant = $1 and g.fund = $2
order by g.code
