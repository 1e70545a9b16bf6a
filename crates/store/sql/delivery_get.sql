select delivery.subscriber, delivery.sequence, outbox_event.id, outbox_event.kind,
    outbox_event.subject, outbox_event.at_ms, delivery.state, delivery.attempts,
    delivery.next_at_ms, delivery.ended_at_ms
from delivery
join outbox_event
    on outbox_event.tenant = delivery.tenant and outbox_event.sequence = delivery.sequence
where delivery.tenant = $1 and delivery.subscriber = $2 and delivery.sequence = $3
