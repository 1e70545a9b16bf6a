select sequence, id, kind, lane, subject, at_ms, body
from outbox_event
where tenant = $1 and sequence > $2
    and (kind = $3 or $3 is null)
order by sequence
limit $4
