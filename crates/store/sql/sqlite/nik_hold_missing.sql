select h.nik_index, h.turn
from nik_hold as h
left join nik_month as m on m.nik_index = h.nik_index and m.month = h.month and m.tenant = h.tenant
    and m.state = 'confirmed'
where h.tenant = $1 and h.month = $2 and h.state = 'confirmed' and m.nik_index is null
