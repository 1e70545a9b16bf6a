select p.content, k.master_version, k.wrapped
from field_photo as p
join record_key as k on k.tenant = p.tenant and k.id = p.record
where p.tenant = $1 and p.record = $2
