-- Why: who was covered on a day, by what was known at a moment: since when a covered month is known, and
-- the months that were believed and are no more, each with the reason. What BPJS owes back for a month
-- is undone when the payment of that month is.
-- Step: expand.

-- When the payment became known here; none for months of before, which were known when the money of
-- their bill was given out.
alter table covered_month add column recorded_at_ms integer;

-- Covered months that are none any more. `recovery` is the transfer by which BPJS owes a month back
-- that was after a death. Those of before stay in covered_month_withdrawn.
create table covered_month_past (
    tenant integer not null,
    transfer blob not null,
    scheme text not null,
    ended_at_ms integer not null,
    person blob not null,
    month integer not null,
    programme blob not null,
    recorded_at_ms integer,
    ended_on integer not null,
    why text not null,
    recovery blob,
    constraint covered_month_past_pk primary key (tenant, transfer, scheme, ended_at_ms),
    constraint covered_month_past_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint covered_month_past_transfer_fk foreign key (tenant, transfer) references transfer (tenant, id),
    constraint covered_month_past_recovery_fk foreign key (tenant, recovery) references contribution_recovery (tenant, transfer),
    constraint covered_month_past_why_known check (why in ('died', 'payment-undone')),
    constraint covered_month_past_recovery_named check ((why = 'died') = (recovery is not null))
) strict, without rowid;

create index covered_month_past_person on covered_month_past (tenant, person);

create index covered_month_past_programme on covered_month_past (tenant, programme, month);

create index covered_month_past_recovery on covered_month_past (tenant, recovery);

-- What is owed back no more, because the payment it rests on was undone.
alter table contribution_recovery add column undone_at_ms integer;
