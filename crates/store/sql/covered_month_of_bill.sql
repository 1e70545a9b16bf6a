select person, scheme, month, programme, transfer, recorded_at_ms, place, occupation, sex,
    age_from
from covered_month
where tenant = $1 and programme = $2 and month = $3
order by transfer, scheme
