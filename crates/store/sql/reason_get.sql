select r.words, k.master_version, k.wrapped
from reason as r
left join record_key as k on k.tenant = r.tenant and k.id = r.record
where r.tenant = $1 and r.record = $2 and r.part = $3
