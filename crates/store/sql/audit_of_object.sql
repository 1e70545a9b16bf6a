select seq, id, salt, at_ms, actor, act, object_kind, object, count, reason, state, leaf
from audit
where tenant = $1 and object = $2
order by seq desc
limit $3
