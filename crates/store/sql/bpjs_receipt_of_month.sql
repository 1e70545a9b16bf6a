select r.bill, r.number, r.amount, r.day, r.withdrawn_at_ms
from bill as b
join bpjs_receipt as r on r.tenant = b.tenant and r.bill = b.id
where b.tenant = $1 and b.month = $2
order by r.bill, r.day, r.number
