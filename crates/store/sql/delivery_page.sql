select delivery.subscriber, delivery.sequence, outbox_event.id, outbox_event.kind,
    outbox_event.subject, outbox_event.at_ms, delivery.state, delivery.attempts,
    delivery.next_at_ms, delivery.ended_at_ms
from delivery
join outbox_event
    on outbox_event.tenant = delivery.tenant and outbox_event.sequence = delivery.sequence
where delivery.tenant = $1 and (delivery.sequence, delivery.subscriber) < ($2, $3)
    and (delivery.subscriber = $4 or $4 is null)
    and (delivery.state = $5 or $5 is null)
    and (outbox_event.kind = $6 or $6 is null)
order by delivery.sequence desc, delivery.subscriber desc
limit $7
