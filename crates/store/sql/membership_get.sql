select id, person, programme, first_month, last_month, recorded_at_ms
from membership
where tenant = $1 and id = $2
