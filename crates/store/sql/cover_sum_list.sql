select month, place, occupation, sex, age_from, programme, scheme, known_day, people
from cover_sum
where tenant = $1 and people <> 0
order by month, place, occupation, sex, age_from, programme, scheme, known_day
