-- Why: how many people are covered is asked of every month, place, occupation, sex, age, programme and scheme at
-- once, and by what was known on a day. It is summed where months of cover come and go, not counted each time.
-- Step: contract. Nothing is taken away but the right of older programs to write beside it: they would not sum.

-- Where somebody lived, what they did and how old they were when the month was paid for.
alter table covered_month add column place integer;

alter table covered_month add column occupation text;

alter table covered_month add column sex text;

alter table covered_month add column age_from integer;

alter table covered_month_past add column place integer;

alter table covered_month_past add column occupation text;

alter table covered_month_past add column sex text;

alter table covered_month_past add column age_from integer;

-- People more and fewer, by the day on which that became known here (days since 1970-01-01 in western
-- Indonesian time): the sum up to a day is what was known on that day.
create table cover_sum (
    tenant integer not null,
    month integer not null,
    place integer not null,
    occupation text not null,
    sex text not null,
    age_from integer not null,
    programme blob not null,
    scheme text not null,
    known_day integer not null,
    people integer not null,
    constraint cover_sum_pk primary key (tenant, month, place, occupation, sex, age_from, programme, scheme, known_day)
) strict, without rowid;

-- The same by one of them alone.
create table cover_total (
    tenant integer not null,
    of_what text not null,
    month integer not null,
    part text not null,
    programme blob not null,
    scheme text not null,
    known_day integer not null,
    people integer not null,
    constraint cover_total_pk primary key (tenant, of_what, month, part, programme, scheme, known_day),
    constraint cover_total_of_known check (of_what in ('place', 'occupation', 'sex', 'age'))
) strict, without rowid;
