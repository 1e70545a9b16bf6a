select k.master_version, k.wrapped, c.secret
from card_key as c
left join record_key as k on k.tenant = c.tenant and k.id = c.id
where c.tenant = $1 and c.id = $2
