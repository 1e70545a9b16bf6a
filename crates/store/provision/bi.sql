-- Numbers for reporting tools from outside: no identity, and no number of fewer than five people, nor
-- one that would follow from the others. Of each only the regency that its `payung.tenant` names. The
-- rule is that of domain::coverage::small: of a group that holds few, the smallest rows are left out
-- until they are two at least and ten people; villages of a district that is left out are left out.
do $make$
begin
if to_regclass('public.coverage_basis') is null then
    return;
end if;
create schema if not exists payung_bi;
revoke all on schema payung_bi from public;

create or replace view payung_bi.coverage_month as
select c.month, c.scheme,
    case when sum(c.people) >= 5 then cast(sum(c.people) as bigint) end as people
from public.cover_total as c
where c.tenant = public.payung_tenant() and c.of_what = 'sex'
group by c.month, c.scheme
having sum(c.people) > 0;

create or replace view payung_bi.coverage_part as
with counted as (
    select c.of_what, c.month, c.scheme, c.part, sum(c.people) as people
    from public.cover_total as c
    where c.tenant = public.payung_tenant() and c.of_what <> 'place'
    group by c.of_what, c.month, c.scheme, c.part
    having sum(c.people) > 0
), ranked as (
    select counted.*,
        min(people) over (partition by of_what, month, scheme) as least,
        count(*) over before as rows_before,
        coalesce(sum(people) over before, 0) as people_before
    from counted
    window before as (
        partition by of_what, month, scheme order by people, part
        rows between unbounded preceding and 1 preceding
    )
)
select of_what, month, scheme, part,
    case
        when people < 5 or (least < 5 and (rows_before < 2 or people_before < 10)) then null
        else cast(people as bigint)
    end as people
from ranked;

create or replace view payung_bi.coverage_district as
with counted as (
    select c.month, c.scheme, left(c.part, 6) as district, sum(c.people) as people
    from public.cover_total as c
    where c.tenant = public.payung_tenant() and c.of_what = 'place'
    group by c.month, c.scheme, left(c.part, 6)
    having sum(c.people) > 0
), ranked as (
    select counted.*,
        min(people) over (partition by month, scheme) as least,
        count(*) over before as rows_before,
        coalesce(sum(people) over before, 0) as people_before
    from counted
    window before as (
        partition by month, scheme order by people, district
        rows between unbounded preceding and 1 preceding
    )
)
select month, scheme, district,
    case
        when people < 5 or (least < 5 and (rows_before < 2 or people_before < 10)) then null
        else cast(people as bigint)
    end as people
from ranked;

create or replace view payung_bi.coverage_village as
with counted as (
    select c.month, c.scheme, left(c.part, 6) as district, c.part as village,
        sum(c.people) as people
    from public.cover_total as c
    where c.tenant = public.payung_tenant() and c.of_what = 'place'
    group by c.month, c.scheme, c.part
    having sum(c.people) > 0
), ranked as (
    select counted.*,
        min(people) over (partition by month, scheme, district) as least,
        count(*) over before as rows_before,
        coalesce(sum(people) over before, 0) as people_before
    from counted
    window before as (
        partition by month, scheme, district order by people, village
        rows between unbounded preceding and 1 preceding
    )
)
select r.month, r.scheme, r.district, r.village,
    case
        when d.people is null then null
        when r.people < 5 or (r.least < 5 and (r.rows_before < 2 or r.people_before < 10)) then null
        else cast(r.people as bigint)
    end as people
from ranked as r
join payung_bi.coverage_district as d
    on d.month = r.month and d.scheme = r.scheme and d.district = r.district;

create or replace view payung_bi.contribution as
select b.month, g.code as programme,
    case when b.people >= 5 then b.people end as people,
    case when b.people >= 5 then b.total end as rupiah
from public.bill as b
join public.programme as g on g.tenant = b.tenant and g.id = b.programme
where b.tenant = public.payung_tenant() and b.state = 'posted';

create or replace view payung_bi.basis as
select b.code, b.name, b.source, b.definition, b.as_of, l.of_what, l.part, l.people
from public.coverage_basis as b
join public.coverage_basis_line as l on l.tenant = b.tenant and l.basis = b.id
where b.tenant = public.payung_tenant();
end;
$make$;
