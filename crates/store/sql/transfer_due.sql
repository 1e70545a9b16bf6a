select count(*), cast(coalesce(sum(t.amount), 0) as bigint)
from transfer as t
where t.tenant = $1 and t.day <= $2 and t.month < $3 and t.kind = 'pending'
    and t.code = 'contribution' and not exists (
        select 1 from transfer_resolution as r where r.tenant = t.tenant and r.pending = t.id
    )
having count(*) > 0
