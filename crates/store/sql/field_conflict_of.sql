select
    c.record, c.content, c.device, c.place, c.at_ms, c.received_at_ms, c.consent, c.apart,
    c.settled_at_ms, c.details,
    k.master_version, k.wrapped
from field_conflict as c
left join record_key as k on k.tenant = c.tenant and k.id = c.record
where c.tenant = $1 and c.record = $2
order by c.received_at_ms, c.content
