select
    id, partner, payment_request, customer, rupiah, sen, day, reference,
    verdict, told_at_ms, explained_by, explained_at_ms
from snap_notice
where tenant = $1 and partner = $2 and payment_request = $3
order by told_at_ms, id
