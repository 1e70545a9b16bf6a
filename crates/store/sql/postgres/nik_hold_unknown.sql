select m.held, m.held_turn, h.turn
from nik_month_own($1, $2) as m
left join nik_hold as h on h.tenant = $1 and h.nik_index = m.held and h.month = $2
where m.is_over = 1 and (h.state is null or h.state = 'free')
