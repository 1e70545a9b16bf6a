select
    e.id, e.code, e.kind, e.title, e.place, e.venue, e.day, e.starts, e.ends, e.org, e.audience,
    e.facility, e.agreement, e.duty, e.agenda, e.state, e.steps, e.changed_at_ms, e.details,
    k.master_version, k.wrapped
from outreach_event as e
left join record_key as k on k.tenant = e.tenant and k.id = e.id
where e.tenant = $1 and e.id = $2
