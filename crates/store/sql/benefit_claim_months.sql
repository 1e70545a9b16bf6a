-- A transfer of an older program paid all schemes of a month at once: then the bill's line says how
-- much of it was for this one.
select c.month, c.scheme, c.programme, b.id, c.transfer, t.day,
    case
        when exists (
            select 1 from covered_month as s
            where s.tenant = c.tenant and s.person = c.person and s.month = c.month
                and s.transfer = c.transfer and s.scheme <> c.scheme
        ) then coalesce((
            select max(l.rupiah) from bill_line as l
            where l.tenant = b.tenant and l.bill = b.id and l.month = c.month
                and l.membership = t.document and l.scheme = c.scheme
        ), t.amount)
        else t.amount
    end
from covered_month as c
join transfer as t on t.tenant = c.tenant and t.id = c.transfer
left join bill as b on b.tenant = c.tenant and b.programme = c.programme and b.month = c.month
where c.tenant = $1 and c.person = $2
order by c.month, c.scheme
