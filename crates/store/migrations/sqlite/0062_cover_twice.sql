-- Why: see the table of the same name. What was paid for twice by now is known from the day after the register's
-- last act: reports of before say what they said.
-- Step: contract. As there.

insert into cover_twice (
    tenant, person, scheme, month, transfer, from_ms, until_ms, programme, place, occupation, sex,
    age_from
)
select found.tenant, found.person, found.scheme, found.month, found.transfer,
    -- What a day before this one was told stays as it was told.
    case
        when found.last_at_ms > found.known_at_ms and found.last_at_ms > found.merged_at_ms
            then found.last_at_ms
        when found.known_at_ms > found.merged_at_ms then found.known_at_ms
        else found.merged_at_ms
    end,
    null, found.programme, found.place, found.occupation, found.sex, found.age_from
from (
    select c.tenant, c.person, c.scheme, c.month, c.transfer, c.programme, c.place, c.occupation,
        c.sex, c.age_from, m.merged_at_ms,
        -- The day after the last act began, by the clock of WIB: a report may have been that act.
        coalesce((
            select ((e.at_ms + 25200000) / 86400000 + 1) * 86400000 - 25200000
            from audit as e
            where e.tenant = m.tenant
            order by e.seq desc
            limit 1
        ), 0) as last_at_ms,
        coalesce(c.recorded_at_ms, (
            select max(a.given_at_ms)
            from bill as b
            join allocation as a on a.tenant = b.tenant and a.about = b.id
            where b.tenant = c.tenant and b.programme = c.programme and b.month = c.month
        ), 0) as known_at_ms
    from person_merge as m
    cross join covered_month as c
    where c.tenant = m.tenant and c.person = m.away and (
        -- Whoever stands for the record has the month, or another that stepped aside and goes before.
        exists (
            select 1
            from covered_month as o
            where o.tenant = c.tenant and o.person = m.root and o.scheme = c.scheme
                and o.month = c.month
        )
        or exists (
            select 1
            from person_merge as n
            cross join covered_month as o
            where n.tenant = m.tenant and n.root = m.root and n.away < m.away
                and o.tenant = n.tenant and o.person = n.away and o.scheme = c.scheme
                and o.month = c.month
        )
    )
) as found;

insert into cover_sum (
    tenant, month, place, occupation, sex, age_from, programme, scheme, known_day, people
)
select t.tenant, t.month, coalesce(t.place, 0), coalesce(t.occupation, ''), coalesce(t.sex, ''),
    coalesce(t.age_from, 0), t.programme, t.scheme, (t.from_ms + 25200000) / 86400000,
    -cast(count(*) as bigint)
from cover_twice as t
where t.until_ms is null
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
on conflict (tenant, month, place, occupation, sex, age_from, programme, scheme, known_day)
do update set people = cover_sum.people + excluded.people;

insert into cover_total (tenant, of_what, month, part, programme, scheme, known_day, people)
select found.tenant, found.of_what, found.month, found.part, found.programme, found.scheme,
    found.known_day, -cast(count(*) as bigint)
from (
    select t.tenant, w.of_what, t.month, t.programme, t.scheme,
        (t.from_ms + 25200000) / 86400000 as known_day,
        case w.of_what
            when 'place' then cast(coalesce(t.place, 0) as text)
            when 'occupation' then coalesce(t.occupation, '')
            when 'sex' then coalesce(t.sex, '')
            else cast(coalesce(t.age_from, 0) as text)
        end as part
    from cover_twice as t
    cross join (
        select 'place' as of_what union all select 'occupation' union all select 'sex'
        union all select 'age'
    ) as w
    where t.until_ms is null
) as found
where true
group by 1, 2, 3, 4, 5, 6, 7
on conflict (tenant, of_what, month, part, programme, scheme, known_day)
do update set people = cover_total.people + excluded.people;
