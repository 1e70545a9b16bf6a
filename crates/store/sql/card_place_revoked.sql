select p.place
from card_place as p
join card as c on c.tenant = p.tenant and c.id = p.card
where p.tenant = $1 and p.year = $2 and c.state <> 'active'
order by p.place
