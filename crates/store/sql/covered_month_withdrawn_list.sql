select person, scheme, month, programme, transfer, recovery, withdrawn_on
from covered_month_withdrawn
where tenant = $1 and person = $2
order by month, scheme
