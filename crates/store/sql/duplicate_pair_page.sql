select id, left_person, right_person, state, score, levels, monthly, paid, revision, found_at_ms
from duplicate_pair
where tenant = $1 and state = $2 and (monthly, paid, score, id) < ($3, $4, $5, $6)
order by monthly desc, paid desc, score desc, id desc
limit $7
