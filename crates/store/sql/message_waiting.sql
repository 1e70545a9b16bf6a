select id, kind, event, place, received_at_ms, helped, state, steps, claim
from message
where tenant = $1 and state = $2
order by received_at_ms, id
