select cast(coalesce(sum(q.committed), 0) as bigint)
from proposal as q
join programme as g on g.tenant = q.tenant and g.id = q.programme
where q.tenant = $1 and g.fund = $2 and q.state = 'approved'
