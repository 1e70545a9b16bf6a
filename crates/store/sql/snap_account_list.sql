select a.customer, b.id, b.programme, b.month,
    case
        when b.state <> 'final' then b.state
        when i.bill is null or coalesce(b.paid, 0) > 0 then 'draft'
        when exists (
            select 1 from snap_payment as c
            where c.tenant = b.tenant and c.bill = b.id and c.released_at_ms is null
        ) then 'draft'
        else b.state
    end, b.total
from snap_account as a
join bill as b on b.tenant = a.tenant and b.id = a.bill
left join bill_issue as i on i.tenant = b.tenant and i.bill = b.id and i.revision = b.revision
where a.tenant = $1
order by b.month, b.programme
