select partner, bill, state, sends, said, changed_at_ms, total
from snap_registration
where tenant = $1 and partner = $2 and bill = $3
