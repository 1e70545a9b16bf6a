select r.service, r.body, r.status, r.said, k.master_version, k.wrapped
from snap_request as r
left join record_key as k on k.tenant = r.tenant and k.id = $1
where r.tenant = $2 and r.partner = $3 and r.day = $4 and r.external_id = $5
