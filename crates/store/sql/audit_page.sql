select seq, id, salt, at_ms, actor, act, object_kind, object, count, reason, state, leaf
from audit
where tenant = $1 and seq < $2
    and (act = $3 or $3 is null)
    and (actor = $4 or $4 is null)
    and (object = $5 or $5 is null)
    and (at_ms >= $6 or $6 is null)
    and (at_ms < $7 or $7 is null)
order by seq desc
limit $8
