select line_no, scheme, rupiah, rule, article, status, relief
from bill_line
where tenant = $1 and bill = $2 and month = $3 and membership = $4 and person = $5
order by line_no
