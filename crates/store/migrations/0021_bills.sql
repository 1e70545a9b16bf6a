-- Why: a bill is locked by one person and issued by another, may be paid together with the next
-- months, carries the codes that BPJS gave for it, and takes off what BPJS owes back for months that
-- were paid for after a death.
-- Step: expand.

-- What the credits take off the lines; `total` is what is left to pay.
alter table bill add column credit integer;

-- The first of several bills that are paid at once.
alter table bill add column together blob;

-- That a revision of a bill was issued: who locked it is never who issued it.
create table bill_issue (
    tenant integer not null,
    bill blob not null,
    revision integer not null,
    issued_on integer not null,
    due integer not null,
    hash blob not null,
    finalised_by blob not null,
    issued_by blob not null,
    issued_at_ms integer not null,
    constraint bill_issue_pk primary key (tenant, bill, revision),
    constraint bill_issue_bill_fk foreign key (tenant, bill) references bill (tenant, id),
    constraint bill_issue_finalised_by_fk foreign key (tenant, finalised_by) references user_account (tenant, id),
    constraint bill_issue_issued_by_fk foreign key (tenant, issued_by) references user_account (tenant, id),
    constraint bill_issue_four_eyes check (finalised_by <> issued_by)
) strict, without rowid;

-- The codes under which BPJS or a bank takes the money of a revision.
create table bill_code (
    tenant integer not null,
    bill blob not null,
    revision integer not null,
    kind text not null,
    code text not null,
    recorded_by blob not null,
    recorded_at_ms integer not null,
    constraint bill_code_pk primary key (tenant, bill, revision, kind, code),
    constraint bill_code_bill_fk foreign key (tenant, bill) references bill (tenant, id),
    constraint bill_code_recorded_by_fk foreign key (tenant, recorded_by) references user_account (tenant, id),
    constraint bill_code_kind_known check (kind in ('billing-code', 'virtual-account'))
) strict, without rowid;

create index bill_code_code on bill_code (tenant, code);

-- A contribution that was posted for a month after the month of a death, and is owed back: once.
-- `transfer` is the recovery, `contribution` what was paid.
create table contribution_recovery (
    tenant integer not null,
    transfer blob not null,
    programme blob not null,
    contribution blob not null,
    membership blob not null,
    person blob not null,
    month integer not null,
    died integer not null,
    rupiah integer not null,
    recovered_on integer not null,
    constraint contribution_recovery_pk primary key (tenant, transfer),
    constraint contribution_recovery_contribution_unique unique (tenant, contribution),
    constraint contribution_recovery_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint contribution_recovery_membership_fk foreign key (tenant, membership) references membership (tenant, id),
    constraint contribution_recovery_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint contribution_recovery_positive check (rupiah > 0),
    constraint contribution_recovery_after_death check (month > died)
) strict, without rowid;

create index contribution_recovery_programme on contribution_recovery (tenant, programme, month);

-- What a bill takes off: each recovery on one bill.
create table bill_credit (
    tenant integer not null,
    bill blob not null,
    line_no integer not null,
    recovery blob not null,
    constraint bill_credit_pk primary key (tenant, bill, line_no),
    constraint bill_credit_recovery_unique unique (tenant, recovery),
    constraint bill_credit_bill_fk foreign key (tenant, bill) references bill (tenant, id),
    constraint bill_credit_recovery_fk foreign key (tenant, recovery) references contribution_recovery (tenant, transfer)
) strict, without rowid;

-- Covered months that were none, because the person had died: what was believed, and until when.
create table covered_month_withdrawn (
    tenant integer not null,
    person blob not null,
    scheme text not null,
    month integer not null,
    programme blob not null,
    transfer blob not null,
    recovery blob not null,
    withdrawn_on integer not null,
    withdrawn_at_ms integer not null,
    constraint covered_month_withdrawn_pk primary key (tenant, person, scheme, month),
    constraint covered_month_withdrawn_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint covered_month_withdrawn_recovery_fk foreign key (tenant, recovery) references contribution_recovery (tenant, transfer)
) strict, without rowid;

create index covered_month_withdrawn_recovery on covered_month_withdrawn (tenant, recovery);

create index covered_month_withdrawn_programme on covered_month_withdrawn (tenant, programme);
