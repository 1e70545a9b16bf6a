select id, left_person, right_person, state, score, levels, monthly, paid, revision, found_at_ms
from duplicate_pair
where tenant = $1 and id = $2
