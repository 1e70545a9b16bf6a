select person, scheme, month, programme, transfer
from covered_month
where tenant = $1 and programme = $2
order by person, month, scheme
