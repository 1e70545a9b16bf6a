select b.id, b.programme, b.month, b.state, b.total
from snap_account as a
join bill as b on b.tenant = a.tenant and b.id = a.bill
where a.tenant = $1 and a.customer = $2
