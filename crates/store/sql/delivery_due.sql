select delivery.sequence, outbox_event.id, outbox_event.kind, outbox_event.body, delivery.tries,
    delivery.attempts
from delivery
join outbox_event
    on outbox_event.tenant = delivery.tenant and outbox_event.sequence = delivery.sequence
where delivery.tenant = $1 and delivery.state = 'waiting' and delivery.subscriber = $2
    and delivery.next_at_ms <= $3 and delivery.held_until_ms <= $4
    and not exists (
        select 1
        from delivery as earlier
        where earlier.tenant = delivery.tenant and earlier.subscriber = delivery.subscriber
            and earlier.lane = delivery.lane and earlier.state in ('waiting', 'failed')
            and earlier.sequence < delivery.sequence
    )
order by delivery.sequence
limit $5
