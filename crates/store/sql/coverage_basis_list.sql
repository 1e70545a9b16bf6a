select id, code, name, source, definition, as_of, set_by, set_at_ms
from coverage_basis
where tenant = $1
order by code, set_at_ms, id
