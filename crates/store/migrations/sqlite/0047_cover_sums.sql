-- Why: see the tables of the same name.
-- Step: contract. As there.

-- Who was covered before is counted where they live now: nothing else is known of it.
update covered_month set
    place = p.place, occupation = coalesce(p.occupation, ''), sex = p.sex,
    age_from = case
        when (covered_month.month * 100 + 1 - p.birth) / 10000 >= 65 then 65
        when (covered_month.month * 100 + 1 - p.birth) / 10000 >= 55 then 55
        when (covered_month.month * 100 + 1 - p.birth) / 10000 >= 45 then 45
        when (covered_month.month * 100 + 1 - p.birth) / 10000 >= 35 then 35
        when (covered_month.month * 100 + 1 - p.birth) / 10000 >= 25 then 25
        when (covered_month.month * 100 + 1 - p.birth) / 10000 >= 18 then 18
        else 0
    end
from person as p
where p.tenant = covered_month.tenant and p.id = covered_month.person;

update covered_month_past set
    place = p.place, occupation = coalesce(p.occupation, ''), sex = p.sex,
    age_from = case
        when (covered_month_past.month * 100 + 1 - p.birth) / 10000 >= 65 then 65
        when (covered_month_past.month * 100 + 1 - p.birth) / 10000 >= 55 then 55
        when (covered_month_past.month * 100 + 1 - p.birth) / 10000 >= 45 then 45
        when (covered_month_past.month * 100 + 1 - p.birth) / 10000 >= 35 then 35
        when (covered_month_past.month * 100 + 1 - p.birth) / 10000 >= 25 then 25
        when (covered_month_past.month * 100 + 1 - p.birth) / 10000 >= 18 then 18
        else 0
    end
from person as p
where p.tenant = covered_month_past.tenant and p.id = covered_month_past.person;

insert into cover_sum (
    tenant, month, place, occupation, sex, age_from, programme, scheme, known_day, people
)
select found.tenant, found.month, coalesce(found.place, 0), coalesce(found.occupation, ''),
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
    union all
    select c.tenant, c.month, c.place, c.occupation, c.sex, c.age_from, c.programme, c.scheme,
        c.ended_at_ms, -1
    from covered_month_past as c
) as found
group by 1, 2, 3, 4, 5, 6, 7, 8, 9;

insert into cover_total (tenant, of_what, month, part, programme, scheme, known_day, people)
select tenant, 'place', month, cast(place as text), programme, scheme, known_day,
    cast(sum(people) as bigint)
from cover_sum
group by tenant, month, place, programme, scheme, known_day
union all
select tenant, 'occupation', month, occupation, programme, scheme, known_day,
    cast(sum(people) as bigint)
from cover_sum
group by tenant, month, occupation, programme, scheme, known_day
union all
select tenant, 'sex', month, sex, programme, scheme, known_day, cast(sum(people) as bigint)
from cover_sum
group by tenant, month, sex, programme, scheme, known_day
union all
select tenant, 'age', month, cast(age_from as text), programme, scheme, known_day,
    cast(sum(people) as bigint)
from cover_sum
group by tenant, month, age_from, programme, scheme, known_day;
