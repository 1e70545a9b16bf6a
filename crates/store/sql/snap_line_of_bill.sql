select
    l.id, l.day, l.amount, l.direction, l.balance, l.statement, l.remark,
    k.master_version, k.wrapped
from payment_match as m
join statement_line as l on l.tenant = m.tenant and l.id = m.line
left join record_key as k on k.tenant = l.tenant and k.id = substr(l.statement, 1, 16)
where m.tenant = $1 and m.bill = $2
