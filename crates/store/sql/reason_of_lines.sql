select r.record, r.words, k.master_version, k.wrapped
from reason as r
left join record_key as k on k.tenant = r.tenant and k.id = r.record
where r.tenant = $1 and r.part = 'line'
