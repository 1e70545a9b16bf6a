select sequence, id, kind, lane, subject, at_ms, body
from outbox_event
where tenant = $1 and at_ms >= $2
order by at_ms, sequence
