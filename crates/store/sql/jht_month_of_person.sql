-- Every month that was ever believed to be paid for somebody's savings. A month of before is known since
-- the money of its bill was given out; a transfer of an older program paid all schemes of a month at once.
select found.month, found.scheme, found.programme, b.id, found.transfer, t.day,
    case
        when exists (
            select 1 from covered_month as s
            where s.tenant = found.tenant and s.person = found.person and s.month = found.month
                and s.transfer = found.transfer and s.scheme <> found.scheme
        ) or exists (
            select 1 from covered_month_past as p
            where p.tenant = found.tenant and p.transfer = found.transfer
                and p.scheme <> found.scheme
        ) or exists (
            select 1 from covered_month_withdrawn as w
            where w.tenant = found.tenant and w.person = found.person and w.month = found.month
                and w.transfer = found.transfer and w.scheme <> found.scheme
        ) then coalesce((
            select max(l.rupiah) from bill_line as l
            where l.tenant = b.tenant and l.bill = b.id and l.month = found.month
                and l.membership = t.document and l.scheme = found.scheme
        ), t.amount)
        else t.amount
    end,
    coalesce(found.recorded_at_ms, (
        select max(a.given_at_ms)
        from allocation as a
        where a.tenant = b.tenant and a.about = b.id
            and (found.ended_at_ms is null or a.given_at_ms < found.ended_at_ms)
    ), 0),
    found.ended_at_ms, found.ended_on, found.why
from (
    select tenant, person, scheme, month, programme, transfer, recorded_at_ms, ended_at_ms,
        ended_on, why
    from covered_month_past
    where tenant = $1 and person = $2
    union all
    select tenant, person, scheme, month, programme, transfer, null, withdrawn_at_ms,
        withdrawn_on, 'died'
    from covered_month_withdrawn
    where tenant = $1 and person = $2
    union all
    select tenant, person, scheme, month, programme, transfer, recorded_at_ms, null, null, null
    from covered_month
    where tenant = $1 and person = $2
) as found
join transfer as t on t.tenant = found.tenant and t.id = found.transfer
left join bill as b
    on b.tenant = found.tenant and b.programme = found.programme and b.month = found.month
where found.scheme = $3
order by found.month, found.transfer
