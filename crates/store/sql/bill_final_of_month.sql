select id
from bill
where tenant = $1 and month = $2 and state = 'final'
