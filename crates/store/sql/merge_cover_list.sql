select c.person, c.scheme, c.month, c.programme, c.transfer, coalesce(l.rupiah, t.amount)
from covered_month as c
join transfer as t on t.tenant = c.tenant and t.id = c.transfer
left join bill as b on b.tenant = c.tenant and b.programme = c.programme and b.month = c.month
left join bill_line as l on l.tenant = b.tenant and l.bill = b.id and l.month = b.month
    and l.person = c.person and l.scheme = c.scheme
where c.tenant = $1 and c.person = $2
order by c.month, c.scheme
