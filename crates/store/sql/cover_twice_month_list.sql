select person, scheme, month, programme, transfer, recorded_at_ms, place, occupation, sex,
    age_from
from covered_month
where tenant = $1 and person = $2
order by month, scheme
