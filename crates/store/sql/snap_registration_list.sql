select partner, bill, state, sends, said, changed_at_ms, total
from snap_registration
where tenant = $1
order by partner, bill
