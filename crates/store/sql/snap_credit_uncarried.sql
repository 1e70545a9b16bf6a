select c.partner, c.payment_request, c.notice, c.bill, c.line, c.own,
    case
        when exists (
            select 1 from allocation as a
            where a.tenant = c.tenant and a.about = c.bill and a.line = c.line
                and a.purpose = 'bill' and a.released_at_ms is null
        ) then null
        else (
            select max(a.released_at_ms) from allocation as a
            where a.tenant = c.tenant and a.about = c.bill and a.line = c.line
                and a.purpose = 'bill'
        )
    end,
    e.line
from snap_credit as c
left join snap_echo as e
    on e.tenant = c.tenant and e.partner = c.partner and e.payment_request = c.payment_request
where c.tenant = $1
order by c.partner, c.payment_request
limit $2
