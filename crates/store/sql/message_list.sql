select
    m.id, m.kind, m.event, m.place, m.received_at_ms, m.helped, m.state, m.steps, m.claim, m.details,
    k.master_version, k.wrapped
from message as m
left join record_key as k on k.tenant = m.tenant and k.id = m.id
where m.tenant = $1
order by m.received_at_ms, m.id
