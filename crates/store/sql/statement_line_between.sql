select l.id, l.day, l.amount, l.direction, l.balance, s.format
from statement_line as l
join statement as s on s.tenant = l.tenant and s.hash = l.statement
where l.tenant = $1 and l.day >= $2 and l.day <= $3 and s.account = $4
order by l.day, s.received_at_ms, l.line_no
