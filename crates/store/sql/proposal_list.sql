select
    id, programme, made_by, made_at_ms, people, monthly, committed, list_hash, state, reason
from proposal
where tenant = $1 and programme = $2
order by made_at_ms, id
