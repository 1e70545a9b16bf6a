select
    c.id, c.person, c.kind, c.event, c.reported, c.told, c.occupation, c.opened_by, c.opened_at_ms,
    c.state, c.steps, c.granted, c.paid, c.details, k.master_version, k.wrapped
from benefit_claim as c
left join record_key as k on k.tenant = c.tenant and k.id = c.id
where c.tenant = $1 and c.id = $2
