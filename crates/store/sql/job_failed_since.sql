select
    id, kind, subject, owner, state, step, done, total, code, detail,
    asked_at_ms, begun_at_ms, ended_at_ms, tries, cancel
from job
where tenant = $1 and state = $2 and ended_at_ms >= $3
order by id
