select id, programme, kind, month, people, held, made_at_ms, made_by
from sipp_submission
where tenant = $1
order by made_at_ms desc, id
