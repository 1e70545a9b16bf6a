select
    s.seat, s.card, s.village,
    c.id, c.person, k.master_version, k.wrapped, c.number, c.programme, c.name, c.village,
    c.occupation, c.paid_until, c.issued, c.copy, c.state
from card_seat as s
join card as o on o.tenant = s.tenant and o.id = s.card
join card as c on c.tenant = o.tenant and c.programme = o.programme and c.person = o.person
left join record_key as k on k.tenant = c.tenant and k.id = c.person
where s.tenant = $1 and s.card_day = $2 and c.copy >= o.copy
order by s.seat, c.copy, c.id
