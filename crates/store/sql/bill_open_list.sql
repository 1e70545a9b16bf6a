select
    b.id, b.total, b.paid, b.month, p.fund, p.code, p.name,
    (
        select a.line
        from allocation as a
        where a.tenant = b.tenant and a.about = b.id and a.purpose = 'bill'
            and a.released_at_ms is null
        order by a.given_at_ms, a.id
        limit 1
    )
from bill as b
join programme as p on p.tenant = b.tenant and p.id = b.programme
where b.tenant = $1 and b.state in ('final', 'posted')
order by b.month, b.id
