select id, programme, month, state, revision, rulebook, people, total
from bill
where tenant = $1
and id = $2
