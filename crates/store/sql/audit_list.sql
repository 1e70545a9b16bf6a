select id, at_ms, actor, act, object_kind, object, count
from audit
where tenant = $1
order by at_ms, id
