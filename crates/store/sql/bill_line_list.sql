select membership, person, scheme, rupiah, rule, article, status, relief
from bill_line
where tenant = $1 and bill = $2 and month = $3
order by line_no
