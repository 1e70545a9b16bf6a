select id, of_what, part, due, people, share_ppm, source, set_by, set_at_ms
from coverage_target
where tenant = $1
order by of_what, part, due, set_at_ms, id
