-- Why: a programme runs under an agreement; whoever pays, and whoever audits, asks under which one, and whether it
-- held in the month that is paid.
-- Step: expand.

create table agreement_programme (
    tenant integer not null,
    programme blob not null,
    agreement blob not null,
    tied_by blob not null,
    tied_at_ms integer not null,
    constraint agreement_programme_pk primary key (tenant, programme, agreement),
    constraint agreement_programme_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint agreement_programme_agreement_fk foreign key (tenant, agreement) references agreement (tenant, id),
    constraint agreement_programme_tied_by_fk foreign key (tenant, tied_by) references user_account (tenant, id)
) strict, without rowid;

create index agreement_programme_agreement on agreement_programme (tenant, agreement);
