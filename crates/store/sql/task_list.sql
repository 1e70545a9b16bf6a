select id, kind, object, hash, effect, approvers, maker, made_at_ms, expires_at_ms, state, content
from task
where tenant = $1 and state = $2
order by made_at_ms, id
