select id, line, purpose, about, amount, matched_by, day, given_at_ms, released_at_ms
from allocation
where tenant = $1 and about = $2
order by line, nth
