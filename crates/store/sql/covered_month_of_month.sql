select person, scheme, month, programme, transfer
from covered_month
where tenant = $1 and person = $2 and month = $3 and transfer = $4
order by scheme
