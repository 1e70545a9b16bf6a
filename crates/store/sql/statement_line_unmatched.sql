select count(*), cast(coalesce(sum(s.amount - s.given), 0) as bigint)
from statement_line as s
where s.tenant = $1 and s.day between $2 and $3 and s.direction = 'out' and s.given < s.amount
