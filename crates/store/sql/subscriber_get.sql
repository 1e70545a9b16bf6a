select id, code, name, url, kinds, state, made_by, made_at_ms, decided_by, changed_at_ms
from subscriber
where tenant = $1 and id = $2
