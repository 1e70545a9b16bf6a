select
    b.id, b.total, coalesce(b.paid, 0), b.together, b.month, p.fund, p.code, p.name,
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
left join bill_issue as i on i.tenant = b.tenant and i.bill = b.id and i.revision = b.revision
where b.tenant = $1 and (b.state = 'posted' or (b.state = 'final' and i.bill is not null))
order by b.month, b.id
