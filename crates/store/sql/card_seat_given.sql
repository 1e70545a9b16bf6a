select s.seat, s.card, h.card, h.card_day, h.id
from card_seat as s
join card as o on o.tenant = s.tenant and o.id = s.card
join card as c on c.tenant = o.tenant and c.programme = o.programme and c.person = o.person
join card_handover as h on h.tenant = c.tenant and h.card = c.id and h.state = 'given'
where s.tenant = $1 and s.card_day = $2 and c.copy >= o.copy
order by s.seat, c.copy, h.id
