-- A month of before is known since the money of its bill was given out.
select found.person, found.scheme, found.month, found.programme, found.transfer,
    coalesce(found.recorded_at_ms, (
        select max(a.given_at_ms)
        from bill as b
        join allocation as a on a.tenant = b.tenant and a.about = b.id
        where b.tenant = found.tenant and b.programme = found.programme and b.month = found.month
            and (found.ended_at_ms is null or a.given_at_ms < found.ended_at_ms)
    ), 0),
    found.ended_at_ms, found.why
from (
    select tenant, person, scheme, month, programme, transfer, recorded_at_ms, ended_at_ms, why
    from covered_month_past
    where tenant = $1 and person = $2
    union all
    select tenant, person, scheme, month, programme, transfer, null, withdrawn_at_ms, 'died'
    from covered_month_withdrawn
    where tenant = $1 and person = $2
    union all
    select tenant, person, scheme, month, programme, transfer, recorded_at_ms, null, null
    from covered_month
    where tenant = $1 and person = $2
) as found
order by found.month, found.scheme, found.transfer
