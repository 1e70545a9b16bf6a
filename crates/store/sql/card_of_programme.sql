select
    id, number, person, programme, name, village, occupation, paid_until, issued, copy, state
from card
where tenant = $1 and programme = $2
order by village, name, id
