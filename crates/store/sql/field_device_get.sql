select
    d.id, d.agent, d.account, d.api_token, d.programme, d.prepared_at_ms, d.ends_at_ms,
    d.ended_at_ms, d.wipes, d.details, k.master_version, k.wrapped
from field_device as d
left join record_key as k on k.tenant = d.tenant and k.id = d.id
where d.tenant = $1 and d.id = $2
