select partner, payment_request, notice, bill, line, own
from snap_credit
where tenant = $1 and bill = $2
