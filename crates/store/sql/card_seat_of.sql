select s.seat, s.card, s.village
from card as c
join card as o on o.tenant = c.tenant and o.programme = c.programme and o.person = c.person
join card_seat as s on s.tenant = o.tenant and s.card = o.id and s.card_day = $1
where c.tenant = $2 and c.id = $3
order by case when o.id = c.id then 0 else 1 end, s.seat
limit 1
