-- Why: the money work says why, and banks tell payments, in words that may name people: they are
-- sealed as every other reason and remark is. A payment that a bank takes back leaves its bill open
-- to be paid through the same bank once more.
-- Step: contract. An older program would write such words in the clear, and look for payments where
-- none are kept any more.

-- What is still in the clear, of reasons: what is put forward about money says why too.
drop index task_clear;

create index task_clear on task (tenant, id) where kind in ('revision', 'allocation', 'voucher', 'chart', 'reopening') and content <> '';

create index voucher_clear on voucher (tenant, id) where reason <> '';

create index period_step_clear on period_step (tenant, id) where reason <> '';

create index ledger_chart_clear on ledger_chart (tenant, id) where reason <> '';

-- What a bank told under which number of a payment: its words are sealed in `said` under a key of the
-- notice, and found by `request`, a digest that only the keys give. The texts stay empty; what is there
-- from before is sealed by the program, which has the keys.
alter table snap_notice add column request blob;

alter table snap_notice add column said blob;

drop index snap_notice_request;

create index snap_notice_asked on snap_notice (tenant, partner, request);

create index snap_notice_unsealed on snap_notice (tenant, id) where said is null;

-- What was answered to a number of the day, sealed under a key of the bank's day.
alter table snap_request add column said blob;

create index snap_request_unsealed on snap_request (tenant, partner, day, external_id) where said is null;

-- What a notice has paid. Released, it is known all the same, and the bill may be paid anew. It is the
-- place of `snap_credit`, whose rows the program carries over.
create table snap_payment (
    tenant integer not null,
    notice blob not null,
    partner text not null,
    request blob not null,
    bill blob not null,
    line blob not null,
    own integer not null,
    released_at_ms integer,
    constraint snap_payment_pk primary key (tenant, notice),
    constraint snap_payment_request_unique unique (tenant, partner, request),
    constraint snap_payment_notice_fk foreign key (tenant, notice) references snap_notice (tenant, id),
    constraint snap_payment_bill_fk foreign key (tenant, bill) references bill (tenant, id),
    constraint snap_payment_line_fk foreign key (tenant, line) references statement_line (tenant, id),
    constraint snap_payment_own_known check (own in (0, 1))
) strict, without rowid;

create index snap_payment_line on snap_payment (tenant, line);

create unique index snap_payment_bill_unique on snap_payment (tenant, bill) where released_at_ms is null;

create unique index snap_payment_line_unique on snap_payment (tenant, line) where released_at_ms is null;

-- The bank's own line for money that a notice has paid: used once. It is the place of `snap_echo`.
create table snap_payment_echo (
    tenant integer not null,
    line blob not null,
    notice blob not null,
    constraint snap_payment_echo_pk primary key (tenant, line),
    constraint snap_payment_echo_notice_unique unique (tenant, notice),
    constraint snap_payment_echo_notice_fk foreign key (tenant, notice) references snap_payment (tenant, notice),
    constraint snap_payment_echo_line_fk foreign key (tenant, line) references statement_line (tenant, id)
) strict, without rowid;

-- For which amount a bill was made known to a bank; of before nobody knows.
alter table snap_registration add column total integer;

-- A receipt that was typed wrongly is withdrawn, and stays to be seen.
alter table bpjs_receipt add column withdrawn_by blob;

alter table bpjs_receipt add column withdrawn_at_ms integer;
