select c.partner, c.payment_request, n.customer, n.rupiah, n.day, n.reference, n.id
from snap_credit as c
join snap_notice as n on n.tenant = c.tenant and n.id = c.notice
where c.tenant = $1 and c.own = 0
and not exists (
    select 1 from snap_echo as e
    where e.tenant = c.tenant and e.partner = c.partner and e.payment_request = c.payment_request
)
order by n.day, c.partner, c.payment_request
