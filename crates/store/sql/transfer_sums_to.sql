select
    cast(coalesce(sum(case when t.debit = $1 then t.amount else 0 end), 0) as bigint),
    cast(coalesce(sum(case when t.credit = $1 then t.amount else 0 end), 0) as bigint)
from transfer as t
where t.tenant = $2 and t.day between $3 and $4 and (t.day, t.id) <= ($4, $5)
    and t.kind in ('posted', 'post-of') and (t.debit = $1 or t.credit = $1)
having count(*) > 0
