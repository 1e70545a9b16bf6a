select id, left_person, right_person, state, score, levels, monthly, paid, revision, found_at_ms
from duplicate_pair
where tenant = $1 and left_person = $2
union all
select id, left_person, right_person, state, score, levels, monthly, paid, revision, found_at_ms
from duplicate_pair
where tenant = $1 and right_person = $2
order by 1
