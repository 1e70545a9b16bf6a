select cast(coalesce(sum(t.amount), 0) as bigint)
from (
    select distinct c.tenant, c.transfer
    from covered_month as c
    where c.tenant = $1 and c.person = $2
) as found
join transfer as t on t.tenant = found.tenant and t.id = found.transfer
