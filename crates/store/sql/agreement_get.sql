select
    id, code, template, copied_from, state, version, newest, ended_on, made_by, made_at_ms
from agreement
where tenant = $1 and id = $2
