select m.nik_index, m.turn, h.turn
from nik_month as m
left join nik_hold as h on h.tenant = m.tenant and h.nik_index = m.nik_index and h.month = m.month
where m.tenant = $1 and m.month = $2 and m.until_ms < cast(unixepoch('subsec') * 1000 as integer)
    and (h.state is null or h.state = 'free')
