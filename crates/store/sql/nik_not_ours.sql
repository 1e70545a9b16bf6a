select h.month, p.id, h.state
from nik_hold as h
join person as p on p.tenant = h.tenant and p.nik_index = h.nik_index
where h.tenant = $1 and h.state in ('waiting', 'reserved', 'lost', 'leaving')
order by h.month, p.id
