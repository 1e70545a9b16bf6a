select m.line, m.bill, m.matched_by, l.amount, l.day, s.received_at_ms
from payment_match as m
join statement_line as l on l.tenant = m.tenant and l.id = m.line
join statement as s on s.tenant = l.tenant and s.hash = l.statement
left join allocation as a on a.tenant = m.tenant and a.line = m.line
where m.tenant = $1 and a.id is null
order by m.line
