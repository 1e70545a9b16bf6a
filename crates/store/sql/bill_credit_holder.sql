select b.id, b.month, b.state
from bill_credit as c
join bill as b on b.tenant = c.tenant and b.id = c.bill
where c.tenant = $1 and c.recovery = $2
