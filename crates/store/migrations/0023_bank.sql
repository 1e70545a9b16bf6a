-- Why: a line's money is given out in parts, for several bills, for suspense, or back; several bank
-- accounts with statements that chain; and what BPJS says it received of a bill.
-- Step: contract. An older program would keep that a line paid a bill where nobody looks any more.

-- The number is sealed under a key of the account.
create table bank_account (
    tenant integer not null,
    id blob not null,
    code text not null,
    name text not null,
    bank text,
    number blob,
    fund blob,
    layout text,
    constraint bank_account_pk primary key (tenant, id),
    constraint bank_account_code_unique unique (tenant, code),
    constraint bank_account_fund_fk foreign key (tenant, fund) references fund (tenant, id)
) strict, without rowid;

-- What a statement says of itself: the balances that the next one goes on from.
alter table statement add column format text;

alter table statement add column opening integer;

alter table statement add column closing integer;

alter table statement add column first_day integer;

alter table statement add column last_day integer;

alter table statement add column line_count integer;

-- Whether the bank says that the line undoes another; and how much of it was given out.
alter table statement_line add column reversal integer;

alter table statement_line add column given integer constraint statement_line_given_within check (given >= 0 and given <= amount);

create index statement_line_day on statement_line (tenant, day);

-- How much of a bill lines have paid.
alter table bill add column paid integer constraint bill_paid_within check (paid >= 0 and paid <= total);

create index bill_month on bill (tenant, month);

-- A part of a line's money and what it is for. `about` is the bill, the fund in whose suspense it
-- waits, or the line that it undoes or brings back; `nth` counts the parts a line has had. A part is
-- released, never deleted. What `payment_match` says of before is carried over by the program.
create table allocation (
    tenant integer not null,
    id blob not null,
    line blob not null,
    nth integer not null,
    purpose text not null,
    about blob,
    amount integer not null,
    matched_by text not null,
    day integer not null,
    task blob,
    given_at_ms integer not null,
    released_task blob,
    released_at_ms integer,
    constraint allocation_pk primary key (tenant, id),
    constraint allocation_nth_unique unique (tenant, line, nth),
    constraint allocation_line_fk foreign key (tenant, line) references statement_line (tenant, id),
    constraint allocation_task_fk foreign key (tenant, task) references task (tenant, id),
    constraint allocation_released_task_fk foreign key (tenant, released_task) references task (tenant, id),
    constraint allocation_amount_positive check (amount > 0),
    constraint allocation_purpose_known check (purpose in ('bill', 'suspense', 'returned', 'reversal', 'other')),
    constraint allocation_about_named check ((purpose = 'other') = (about is null)),
    constraint allocation_by_people_asked check (matched_by <> 'people' or task is not null or purpose = 'other')
) strict, without rowid;

create index allocation_about on allocation (tenant, about);

-- What BPJS says it received for a bill, by the number of its receipt.
create table bpjs_receipt (
    tenant integer not null,
    bill blob not null,
    number text not null,
    amount integer not null,
    day integer not null,
    recorded_by blob not null,
    recorded_at_ms integer not null,
    constraint bpjs_receipt_pk primary key (tenant, bill, number),
    constraint bpjs_receipt_bill_fk foreign key (tenant, bill) references bill (tenant, id),
    constraint bpjs_receipt_recorded_by_fk foreign key (tenant, recorded_by) references user_account (tenant, id),
    constraint bpjs_receipt_amount_positive check (amount > 0)
) strict, without rowid;
