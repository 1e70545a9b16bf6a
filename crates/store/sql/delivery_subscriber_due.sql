select distinct delivery.subscriber
from delivery
join subscriber
    on subscriber.tenant = delivery.tenant and subscriber.id = delivery.subscriber
left join subscriber_health
    on subscriber_health.tenant = delivery.tenant
    and subscriber_health.subscriber = delivery.subscriber
where delivery.tenant = $1 and delivery.state = 'waiting' and delivery.next_at_ms <= $2
    and delivery.held_until_ms <= $3 and subscriber.state = 'active'
    and coalesce(subscriber_health.hold_until_ms, 0) <= $4
order by delivery.subscriber
