select
    id, card_day, card, number, device, recipient, proof, state, accepted, trouble, steps,
    told_at_ms, at_ms, received_at_ms, handed_by
from card_handover
where tenant = $1 and card = $2
order by at_ms, id
