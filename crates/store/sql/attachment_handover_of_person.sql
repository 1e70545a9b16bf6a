select distinct h.id
from card as c
join card_handover as h on h.tenant = c.tenant and h.card = c.id
where c.tenant = $1 and c.person = $2
order by h.id
