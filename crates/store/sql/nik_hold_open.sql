select month, nik_index, turn, state
from nik_hold
where tenant = $1 and state in ('waiting', 'reserved', 'lost', 'leaving')
order by month, nik_index
