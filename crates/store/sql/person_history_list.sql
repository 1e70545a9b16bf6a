select version, valid_from, recorded_at_ms, record
from person_history
where tenant = $1 and person = $2
order by version
