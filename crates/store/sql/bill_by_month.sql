select id, programme, month, state, revision, rulebook, people, total
from bill
where tenant = $1
and programme = $2 and month = $3
