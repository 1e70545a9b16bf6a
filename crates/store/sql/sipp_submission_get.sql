select id, programme, kind, month, people, held, made_at_ms, made_by
from sipp_submission
where tenant = $1 and id = $2
