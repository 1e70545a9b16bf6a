select
    id, partner, payment_request, customer, rupiah, sen, day, reference,
    verdict, told_at_ms, explained_by, explained_at_ms
from snap_notice
where tenant = $1 and id = $2
