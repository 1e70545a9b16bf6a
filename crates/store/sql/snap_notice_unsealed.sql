select id, partner, payment_request, customer, reference
from snap_notice
where tenant = $1 and said is null
order by id
limit $2
