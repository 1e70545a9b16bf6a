-- Why: books that an accountant closes. Every transfer says by which rules and by whom it was made and
-- who approved it; entries written by hand have a voucher; accounts have the office's own codes; a
-- month that two people closed takes nothing more.
-- Step: expand.

-- Who and which rules stand behind transfers: each mixture once, whatever number of transfers has it.
create table transfer_origin (
    tenant integer not null,
    id blob not null,
    rulebook blob,
    maker blob,
    checker blob,
    constraint transfer_origin_pk primary key (tenant, id),
    constraint transfer_origin_maker_fk foreign key (tenant, maker) references user_account (tenant, id),
    constraint transfer_origin_checker_fk foreign key (tenant, checker) references user_account (tenant, id),
    constraint transfer_origin_four_eyes check (maker is null or checker is null or maker <> checker)
) strict, without rowid;

-- None for transfers of before.
alter table transfer add column origin blob;

-- The days of a month, in the order in which books are read.
create index transfer_day on transfer (tenant, day, id);

-- An entry written by hand, or the reversal of one; its task has the same id. `transfer` is what it
-- makes once it is approved.
create table voucher (
    tenant integer not null,
    id blob not null,
    undoes blob,
    debit blob not null,
    credit blob not null,
    amount integer not null,
    month integer,
    day integer not null,
    number text not null,
    reason text not null,
    made_by blob not null,
    made_at_ms integer not null,
    checked_by blob,
    state text not null,
    transfer blob not null,
    constraint voucher_pk primary key (tenant, id),
    constraint voucher_undoes_fk foreign key (tenant, undoes) references transfer (tenant, id),
    constraint voucher_debit_fk foreign key (tenant, debit) references account (tenant, id),
    constraint voucher_credit_fk foreign key (tenant, credit) references account (tenant, id),
    constraint voucher_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint voucher_checked_by_fk foreign key (tenant, checked_by) references user_account (tenant, id),
    constraint voucher_amount_positive check (amount > 0),
    constraint voucher_two_accounts check (debit <> credit),
    constraint voucher_state_known check (state in ('proposed', 'approved', 'returned')),
    constraint voucher_checked check ((state = 'approved') = (checked_by is not null)),
    constraint voucher_four_eyes check (checked_by is null or checked_by <> made_by)
) strict, without rowid;

create index voucher_transfer on voucher (tenant, transfer);

create index voucher_waiting on voucher (tenant, state, day);

-- What the office calls its accounts from a day on; the newest approved one of a day holds.
create table ledger_chart (
    tenant integer not null,
    id blob not null,
    from_day integer not null,
    hash blob not null,
    reason text not null,
    made_by blob not null,
    made_at_ms integer not null,
    checked_by blob,
    state text not null,
    constraint ledger_chart_pk primary key (tenant, id),
    constraint ledger_chart_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint ledger_chart_checked_by_fk foreign key (tenant, checked_by) references user_account (tenant, id),
    constraint ledger_chart_state_known check (state in ('proposed', 'approved', 'returned')),
    constraint ledger_chart_checked check ((state = 'approved') = (checked_by is not null)),
    constraint ledger_chart_four_eyes check (checked_by is null or checked_by <> made_by)
) strict, without rowid;

-- A role's code and name; `owner` is the code of a fund or programme that is called otherwise.
create table ledger_chart_line (
    tenant integer not null,
    chart blob not null,
    role text not null,
    owner text not null,
    code text not null,
    name text not null,
    note text not null,
    constraint ledger_chart_line_pk primary key (tenant, chart, role, owner),
    constraint ledger_chart_line_chart_fk foreign key (tenant, chart) references ledger_chart (tenant, id)
) strict, without rowid;

-- A month closed or opened again; its task has the same id. Opening again takes two who approve.
create table period_step (
    tenant integer not null,
    id blob not null,
    month integer not null,
    act text not null,
    reason text not null,
    hash blob not null,
    transfers integer not null,
    moved integer not null,
    made_by blob not null,
    made_at_ms integer not null,
    checked_by blob,
    second_by blob,
    state text not null,
    constraint period_step_pk primary key (tenant, id),
    constraint period_step_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint period_step_checked_by_fk foreign key (tenant, checked_by) references user_account (tenant, id),
    constraint period_step_second_by_fk foreign key (tenant, second_by) references user_account (tenant, id),
    constraint period_step_act_known check (act in ('close', 'reopen')),
    constraint period_step_state_known check (state in ('proposed', 'approved', 'returned')),
    constraint period_step_checked check ((state = 'approved') = (checked_by is not null)),
    constraint period_step_four_eyes check (checked_by is null or checked_by <> made_by),
    constraint period_step_two_others check (act <> 'reopen' or state <> 'approved' or (second_by is not null and second_by <> made_by and second_by <> checked_by))
) strict, without rowid;

create index period_step_month on period_step (tenant, month, made_at_ms);

-- Whether a month is closed, and by which step it is what it is.
create table period (
    tenant integer not null,
    month integer not null,
    last_day integer not null,
    state text not null,
    step blob not null,
    constraint period_pk primary key (tenant, month),
    constraint period_step_fk foreign key (tenant, step) references period_step (tenant, id),
    constraint period_state_known check (state in ('closed', 'open'))
) strict, without rowid;

-- What every account had at the end of a month when it was closed, counted from the beginning of the
-- books: later months are added up from here.
create table period_total (
    tenant integer not null,
    step blob not null,
    account blob not null,
    debits integer not null,
    credits integer not null,
    constraint period_total_pk primary key (tenant, step, account),
    constraint period_total_step_fk foreign key (tenant, step) references period_step (tenant, id),
    constraint period_total_account_fk foreign key (tenant, account) references account (tenant, id),
    constraint period_total_not_negative check (debits >= 0 and credits >= 0)
) strict, without rowid;

