-- The sums out of the months themselves, less those of one human who was paid for twice. A month of
-- before is known since the money of its bill was given out.
select found.month, coalesce(found.place, 0), coalesce(found.occupation, ''),
    coalesce(found.sex, ''), coalesce(found.age_from, 0), found.programme, found.scheme,
    (found.at_ms + 25200000) / 86400000, cast(sum(found.people) as bigint)
from (
    select c.tenant, c.month, c.place, c.occupation, c.sex, c.age_from, c.programme, c.scheme,
        coalesce(c.recorded_at_ms, (
            select max(a.given_at_ms)
            from bill as b
            join allocation as a on a.tenant = b.tenant and a.about = b.id
            where b.tenant = c.tenant and b.programme = c.programme and b.month = c.month
        ), 0) as at_ms,
        1 as people
    from covered_month as c
    where c.tenant = $1
    union all
    select c.tenant, c.month, c.place, c.occupation, c.sex, c.age_from, c.programme, c.scheme,
        coalesce(c.recorded_at_ms, (
            select max(a.given_at_ms)
            from bill as b
            join allocation as a on a.tenant = b.tenant and a.about = b.id
            where b.tenant = c.tenant and b.programme = c.programme and b.month = c.month
                and a.given_at_ms < c.ended_at_ms
        ), 0),
        1
    from covered_month_past as c
    where c.tenant = $1
    union all
    select c.tenant, c.month, c.place, c.occupation, c.sex, c.age_from, c.programme, c.scheme,
        c.ended_at_ms, -1
    from covered_month_past as c
    where c.tenant = $1
    union all
    select c.tenant, c.month, c.place, c.occupation, c.sex, c.age_from, c.programme, c.scheme,
        c.from_ms, -1
    from cover_twice as c
    where c.tenant = $1
    union all
    select c.tenant, c.month, c.place, c.occupation, c.sex, c.age_from, c.programme, c.scheme,
        c.until_ms, 1
    from cover_twice as c
    where c.tenant = $1 and c.until_ms is not null
) as found
group by 1, 2, 3, 4, 5, 6, 7, 8
order by 1, 2, 3, 4, 5, 6, 7, 8
