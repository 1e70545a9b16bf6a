select count(*), cast(coalesce(sum(s.amount), 0) as bigint)
from statement_line as s
where s.tenant = $1 and s.day between $2 and $3 and s.direction = 'out' and not exists (
    select 1 from payment_match as m where m.tenant = s.tenant and m.line = s.id
)
