select g.id, g.holder, g.role, g.territory, g.org, g.first_day, g.last_day, g.granted_by, g.granted_at_ms, g.lent_by, g.glass_until_ms, g.reason, p.task
from role_grant g left join provided_grant p on p.tenant = g.tenant and p.id = g.id
where g.tenant = $1 and g.holder = $2 and g.ended_at_ms >= $3
order by g.granted_at_ms, g.id
