select distinct person
from bill_line
where tenant = $1 and bill = $2 and month = $3
