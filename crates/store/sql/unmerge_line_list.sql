select distinct b.id, b.month
from bill as b
join bill_line as l on l.tenant = b.tenant and l.bill = b.id and l.month = b.month
where b.tenant = $1 and b.programme = $2 and l.membership = $3 and l.person = $4
order by b.month, b.id
