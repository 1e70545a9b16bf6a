select person, scheme, month, programme, transfer
from covered_month
where tenant = $1 and person = $2
order by month, scheme
