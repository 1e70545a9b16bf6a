select id, programme, month, state, revision, rulebook, people, total
from bill
where tenant = $1
order by month, programme
