select b.id, b.total, m.line
from bill as b
left join payment_match as m on m.tenant = b.tenant and m.bill = b.id
where b.tenant = $1 and b.state in ('final', 'posted')
order by b.month, b.id
