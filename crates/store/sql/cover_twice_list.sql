select person, scheme, month, programme, transfer, from_ms, place, occupation, sex, age_from,
    until_ms
from cover_twice
where tenant = $1 and person = $2
order by month, scheme, from_ms
