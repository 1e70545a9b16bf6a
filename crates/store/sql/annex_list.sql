select programme, number, kind, proposal, made_by, made_at_ms, added, removed, bound, freed, hash
from annex
where tenant = $1 and programme = $2
order by number
