select count(*), cast(coalesce(sum(s.amount - coalesce(s.given, 0)), 0) as bigint)
from statement_line as s
where s.tenant = $1 and s.day between $2 and $3 and s.direction = 'out'
    and coalesce(s.given, 0) < s.amount
    and not exists (
        select 1 from allocation as a
        where a.tenant = s.tenant and a.about = s.id and a.purpose = 'reversal'
            and a.released_at_ms is null
    )
having count(*) > 0
