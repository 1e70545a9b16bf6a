-- Why: a month that two people close although a receipt or a statement is missing says for ever what
-- was missing; the reason is sealed with the step.
-- Step: expand.

-- What was missing when a month was closed: of which bill or account, and how much it would prove.
create table period_waiver (
    tenant integer not null,
    step blob not null,
    kind text not null,
    about text not null,
    amount integer not null,
    constraint period_waiver_pk primary key (tenant, step, kind, about),
    constraint period_waiver_step_fk foreign key (tenant, step) references period_step (tenant, id),
    constraint period_waiver_kind_known check (kind in ('receipts-missing', 'statements-missing')),
    constraint period_waiver_amount_not_negative check (amount >= 0)
) strict, without rowid;
