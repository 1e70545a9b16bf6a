select of_what, month, part, programme, scheme, known_day, people
from cover_total
where tenant = $1 and people <> 0
order by of_what, month, part, programme, scheme, known_day
