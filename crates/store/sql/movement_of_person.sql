select m.id, i.side, m.annex, m.from_month, m.made_by, m.made_at_ms, m.hash
from movement_item as i
join movement as m on m.tenant = i.tenant and m.id = i.movement
where i.tenant = $1 and i.person = $2 and m.programme = $3 and m.state = 'approved'
    and i.side in ('joined', 'left')
order by m.made_at_ms, m.id
