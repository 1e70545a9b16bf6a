select membership, person, reason, month, scheme, programme, transfer
from bill_exclusion
where tenant = $1 and bill = $2
order by line_no
