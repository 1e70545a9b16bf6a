select notice, partner, bill, line, own, released_at_ms
from snap_payment
where tenant = $1
