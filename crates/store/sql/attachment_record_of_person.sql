select c.id
from benefit_claim as c
where c.tenant = $1 and c.person = $2
union
select m.id
from benefit_claim as c
join message as m on m.tenant = c.tenant and m.claim = c.id
where c.tenant = $1 and c.person = $2
union
select h.id
from card as c
join card_handover as h on h.tenant = c.tenant and h.card = c.id
where c.tenant = $1 and c.person = $2
