select notice, partner, bill, line, own, released_at_ms
from snap_payment
where tenant = $1 and bill = $2 and released_at_ms is null
