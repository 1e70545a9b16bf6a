select id, person, programme, first_month, last_month
from membership
where tenant = $1 and programme = $2
order by id
