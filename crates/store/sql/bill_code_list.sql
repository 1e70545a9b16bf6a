select c.bill, c.code
from bill_code as c
join bill as b on b.tenant = c.tenant and b.id = c.bill and b.revision = c.revision
where c.tenant = $1
order by c.bill, c.kind, c.code
