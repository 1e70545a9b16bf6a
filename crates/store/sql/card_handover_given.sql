select h.card, h.card_day, h.id
from card as c
join card_handover as h on h.tenant = c.tenant and h.card = c.id and h.state = 'given'
where c.tenant = $1 and c.programme = $2
