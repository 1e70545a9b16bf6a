select c.kind, c.code, u.name, c.recorded_at_ms
from bill_code as c
join user_account as u on u.tenant = c.tenant and u.id = c.recorded_by
where c.tenant = $1 and c.bill = $2 and c.revision = $3
order by c.recorded_at_ms, c.kind, c.code
