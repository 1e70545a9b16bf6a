-- Why: coverage is measured against counts that others made, towards targets that somebody set, and told in reports
-- whose figures can be shown again.
-- Step: expand.

-- A count of those to be covered: whose, when, and what it counts.
create table coverage_basis (
    tenant integer not null,
    id blob not null,
    code text not null,
    name text not null,
    source text not null,
    definition text not null,
    as_of integer not null,
    set_by blob not null,
    set_at_ms integer not null,
    constraint coverage_basis_pk primary key (tenant, id),
    constraint coverage_basis_set_by_fk foreign key (tenant, set_by) references user_account (tenant, id)
) strict, without rowid;

create index coverage_basis_code on coverage_basis (tenant, code);

-- How many, of what.
create table coverage_basis_line (
    tenant integer not null,
    basis blob not null,
    of_what text not null,
    part text not null,
    people integer not null,
    constraint coverage_basis_line_pk primary key (tenant, basis, of_what, part),
    constraint coverage_basis_line_basis_fk foreign key (tenant, basis) references coverage_basis (tenant, id),
    constraint coverage_basis_line_of_known check (of_what in ('place', 'occupation', 'sex', 'age')),
    constraint coverage_basis_line_people_not_negative check (people >= 0)
) strict, without rowid;

-- A target is set, and set again: the newest counts, the others stay.
create table coverage_target (
    tenant integer not null,
    id blob not null,
    of_what text not null,
    part text not null,
    due integer not null,
    people integer,
    share_ppm integer,
    source text not null,
    set_by blob not null,
    set_at_ms integer not null,
    constraint coverage_target_pk primary key (tenant, id),
    constraint coverage_target_set_by_fk foreign key (tenant, set_by) references user_account (tenant, id),
    constraint coverage_target_of_known check (of_what in ('place', 'occupation')),
    constraint coverage_target_says_one check ((people is null) <> (share_ppm is null)),
    constraint coverage_target_people_not_negative check (people is null or people >= 0),
    constraint coverage_target_share_a_part check (share_ppm is null or (share_ppm >= 0 and share_ppm <= 1000000))
) strict, without rowid;

-- A report as it was made: what was asked and what it said.
create table coverage_report (
    tenant integer not null,
    id blob not null,
    asked text not null,
    figures text not null,
    digest blob not null,
    made_by blob not null,
    made_at_ms integer not null,
    constraint coverage_report_pk primary key (tenant, id),
    constraint coverage_report_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id)
) strict, without rowid;
