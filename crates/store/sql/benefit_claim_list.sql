select
    id, person, kind, event, reported, told, occupation, opened_by, opened_at_ms, state, steps,
    granted, paid
from benefit_claim
where tenant = $1
order by opened_at_ms, id
