-- Why: a change of an approved list rests on a decree or a letter; its number and day belong to the change, and
-- to the annex that tells of it. And a month that was never billed stands in the way of closing the next one,
-- unless two people let it pass.
-- Step: expand.

alter table movement add column basis_number text;
alter table movement add column basis_day integer;

-- A programme's month without a bill that was let pass when a month was closed: code and month.
create table period_gap (
    tenant integer not null,
    step blob not null,
    about text not null,
    constraint period_gap_pk primary key (tenant, step, about),
    constraint period_gap_step_fk foreign key (tenant, step) references period_step (tenant, id)
) strict, without rowid;
