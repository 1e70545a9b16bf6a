select id, holder, role, territory, org, first_day, last_day, granted_by, granted_at_ms, lent_by, glass_until_ms, reason
from role_grant
where tenant = $1 and ended_at_ms is null
order by granted_at_ms, id
