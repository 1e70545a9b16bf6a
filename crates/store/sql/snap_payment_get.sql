select notice, partner, bill, line, own, released_at_ms
from snap_payment
where tenant = $1 and partner = $2 and request = $3
