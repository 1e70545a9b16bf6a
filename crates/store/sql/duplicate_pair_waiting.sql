select id, left_person, right_person, score, monthly, paid
from duplicate_pair
where tenant = $1 and state = 'open'
union all
select id, left_person, right_person, score, monthly, paid
from duplicate_pair
where tenant = $1 and state = 'asked'
union all
select id, left_person, right_person, score, monthly, paid
from duplicate_pair
where tenant = $1 and state = 'proposed'
