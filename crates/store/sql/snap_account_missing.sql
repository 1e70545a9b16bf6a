select b.id
from bill as b
join bill_issue as i on i.tenant = b.tenant and i.bill = b.id and i.revision = b.revision
where b.tenant = $1 and b.state = 'final'
and not exists (select 1 from snap_account as a where a.tenant = b.tenant and a.bill = b.id)
order by b.month, b.id
