select r.transfer, r.membership, r.person, r.month, r.rupiah
from bill_credit as c
join contribution_recovery as r on r.tenant = c.tenant and r.transfer = c.recovery
where c.tenant = $1 and c.bill = $2
order by c.line_no
