select
    l.id, l.day, l.amount, l.direction, l.balance, l.statement, l.remark,
    k.master_version, k.wrapped
from allocation as m
join statement_line as l on l.tenant = m.tenant and l.id = m.line
left join record_key as k on k.tenant = l.tenant and k.id = substr(l.statement, 1, 16)
where m.tenant = $1 and m.about = $2 and m.purpose = 'bill' and m.released_at_ms is null
order by m.given_at_ms, m.id
limit 1
