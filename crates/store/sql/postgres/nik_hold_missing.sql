select h.nik_index, h.turn
from nik_hold as h
left join nik_month_own($1, $2) as m on m.held = h.nik_index and m.is_confirmed = 1
where h.tenant = $1 and h.month = $2 and h.state = 'confirmed' and m.held is null
