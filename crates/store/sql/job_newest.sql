select
    id, kind, subject, owner, state, step, done, total, code, detail,
    asked_at_ms, begun_at_ms, ended_at_ms, tries, cancel
from job
where tenant = $1 and subject = $2 and (case when state = 'done' then 1 else 0 end) = cast($3 as bigint)
order by id desc
limit 1
