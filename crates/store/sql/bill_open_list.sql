select b.id, b.total, b.together, m.line
from bill as b
left join bill_issue as i on i.tenant = b.tenant and i.bill = b.id and i.revision = b.revision
left join payment_match as m on m.tenant = b.tenant and m.bill = b.id
where b.tenant = $1 and (b.state = 'posted' or (b.state = 'final' and i.bill is not null))
order by b.month, b.id
