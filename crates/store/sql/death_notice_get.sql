select
    n.id, n.kind, n.source, n.as_of, n.event, n.person, n.score, n.levels, n.state, n.details,
    k.master_version, k.wrapped
from death_notice as n
left join record_key as k on k.tenant = n.tenant and k.id = n.id
where n.tenant = $1 and n.id = $2
