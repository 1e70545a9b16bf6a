-- A month of before is known since the money of its bill was given out.
select found.person, found.scheme, max(found.month)
from (
    select tenant, person, scheme, month, programme, recorded_at_ms, ended_at_ms
    from covered_month_past
    where tenant = $1 and person > $2 and person <= $3 and month <= $4
    union all
    select tenant, person, scheme, month, programme, null, withdrawn_at_ms
    from covered_month_withdrawn
    where tenant = $1 and person > $2 and person <= $3 and month <= $4
    union all
    select tenant, person, scheme, month, programme, recorded_at_ms, null
    from covered_month
    where tenant = $1 and person > $2 and person <= $3 and month <= $4
) as found
where (found.ended_at_ms is null or found.ended_at_ms > $5)
    and coalesce(found.recorded_at_ms, (
        select max(a.given_at_ms)
        from bill as b
        join allocation as a on a.tenant = b.tenant and a.about = b.id
        where b.tenant = found.tenant and b.programme = found.programme and b.month = found.month
            and (found.ended_at_ms is null or a.given_at_ms < found.ended_at_ms)
    ), 0) <= $5
group by found.person, found.scheme
order by found.person, found.scheme
