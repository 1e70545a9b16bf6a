select person, scheme, month, programme, transfer, recorded_at_ms
from covered_month
where tenant = $1 and person = $2 and scheme = $3 and month = $4
