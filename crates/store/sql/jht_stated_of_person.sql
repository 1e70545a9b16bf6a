select id, person, as_of, rupiah, reference, recorded_by, recorded_at_ms, withdrawn_by, withdrawn_at_ms
from jht_stated
where tenant = $1 and person = $2
order by as_of, recorded_at_ms, id
