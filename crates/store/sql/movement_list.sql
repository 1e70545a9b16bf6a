select
    id, programme, reason, from_month, made_by, made_at_ms, left_count, joined_count, freed, used,
    hash, state, annex, basis_number, basis_day
from movement
where tenant = $1 and programme = $2
order by made_at_ms, id
