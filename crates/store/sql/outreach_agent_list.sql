select
    a.id, a.code, a.kind, a.territory, a.supervisor, a.account, a.quota, a.since, a.until, a.details,
    k.master_version, k.wrapped
from outreach_agent as a
left join record_key as k on k.tenant = a.tenant and k.id = a.id
where a.tenant = $1
order by a.code
