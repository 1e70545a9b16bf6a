select id, person, act, actor, at_ms, reason
from identity_act
where tenant = $1 and person = $2
order by at_ms, id
