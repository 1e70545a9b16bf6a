select p.card, p.year, p.place
from card as c
join card_place as p on p.tenant = c.tenant and p.card = c.id
where c.tenant = $1 and c.programme = $2
