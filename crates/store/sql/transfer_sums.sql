select
    found.account, cast(sum(found.debits) as bigint), cast(sum(found.credits) as bigint)
from (
    select d.debit as account, d.amount as debits, 0 as credits
    from transfer as d
    where d.tenant = $1 and d.day between $2 and $3 and d.kind in ('posted', 'post-of')
    union all
    select c.credit, 0, c.amount
    from transfer as c
    where c.tenant = $1 and c.day between $2 and $3 and c.kind in ('posted', 'post-of')
) as found
group by found.account
