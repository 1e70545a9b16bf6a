-- Why: banks that speak SNAP: what was agreed with them, the numbers of virtual accounts, the
-- payments that they tell, and the bank's own lines for the same money.
-- Step: expand.

-- A bank by its code; its terms are the content of the approved task.
create table snap_partner (
    tenant integer not null,
    code text not null,
    task blob not null,
    client text not null,
    made_at_ms integer not null,
    ended_at_ms integer,
    constraint snap_partner_pk primary key (tenant, code),
    constraint snap_partner_client_unique unique (tenant, client),
    constraint snap_partner_task_fk foreign key (tenant, task) references task (tenant, id)
) strict, without rowid;

-- Only the hash of what a bank holds.
create table snap_token (
    tenant integer not null,
    token blob not null,
    partner text not null,
    ends_at_ms integer not null,
    constraint snap_token_pk primary key (tenant, token),
    constraint snap_token_partner_fk foreign key (tenant, partner) references snap_partner (tenant, code)
) strict, without rowid;

create index snap_token_age on snap_token (tenant, ends_at_ms);

-- What a bank asked under a number of the day, and what it was answered. It holds no identity.
create table snap_request (
    tenant integer not null,
    partner text not null,
    day integer not null,
    external_id text not null,
    service integer not null,
    body blob not null,
    status integer not null,
    answer text not null,
    constraint snap_request_pk primary key (tenant, partner, day, external_id),
    constraint snap_request_partner_fk foreign key (tenant, partner) references snap_partner (tenant, code)
) strict, without rowid;

create index snap_request_age on snap_request (tenant, day);

-- The customer's number of a bill, the same at every bank.
create table snap_account (
    tenant integer not null,
    customer text not null,
    bill blob not null,
    constraint snap_account_pk primary key (tenant, customer),
    constraint snap_account_bill_unique unique (tenant, bill),
    constraint snap_account_bill_fk foreign key (tenant, bill) references bill (tenant, id)
) strict, without rowid;

-- A payment as a bank told it. `verdict` is what was answered, or that the bank's own line was known.
create table snap_notice (
    tenant integer not null,
    id blob not null,
    partner text not null,
    payment_request text not null,
    customer text not null,
    rupiah integer not null,
    sen integer not null,
    day integer not null,
    reference text not null,
    verdict text not null,
    told_at_ms integer not null,
    explained_by blob,
    explained_at_ms integer,
    constraint snap_notice_pk primary key (tenant, id),
    constraint snap_notice_partner_fk foreign key (tenant, partner) references snap_partner (tenant, code),
    constraint snap_notice_explained_by_fk foreign key (tenant, explained_by) references user_account (tenant, id),
    constraint snap_notice_explained_whole check ((explained_by is null) = (explained_at_ms is null))
) strict, without rowid;

create index snap_notice_request on snap_notice (tenant, partner, payment_request);

create index snap_notice_told on snap_notice (tenant, told_at_ms);

-- One credit for a payment, a bill and a line, whatever comes twice. `own` is 1 when the line is the
-- bank's own that came first.
create table snap_credit (
    tenant integer not null,
    partner text not null,
    payment_request text not null,
    notice blob not null,
    bill blob not null,
    line blob not null,
    own integer not null,
    constraint snap_credit_pk primary key (tenant, partner, payment_request),
    constraint snap_credit_notice_unique unique (tenant, notice),
    constraint snap_credit_bill_unique unique (tenant, bill),
    constraint snap_credit_line_unique unique (tenant, line),
    constraint snap_credit_notice_fk foreign key (tenant, notice) references snap_notice (tenant, id),
    constraint snap_credit_bill_fk foreign key (tenant, bill) references bill (tenant, id),
    constraint snap_credit_line_fk foreign key (tenant, line) references statement_line (tenant, id),
    constraint snap_credit_own_known check (own in (0, 1))
) strict, without rowid;

-- The bank's own line for money that was credited by a notice: used once, and no second credit.
create table snap_echo (
    tenant integer not null,
    line blob not null,
    partner text not null,
    payment_request text not null,
    constraint snap_echo_pk primary key (tenant, line),
    constraint snap_echo_credit_unique unique (tenant, partner, payment_request),
    constraint snap_echo_credit_fk foreign key (tenant, partner, payment_request) references snap_credit (tenant, partner, payment_request),
    constraint snap_echo_line_fk foreign key (tenant, line) references statement_line (tenant, id)
) strict, without rowid;

-- A bill made known to a bank, or sent without an answer; and what the bank last said of it.
create table snap_registration (
    tenant integer not null,
    partner text not null,
    bill blob not null,
    state text not null,
    sends integer not null,
    said text not null,
    changed_at_ms integer not null,
    constraint snap_registration_pk primary key (tenant, partner, bill),
    constraint snap_registration_partner_fk foreign key (tenant, partner) references snap_partner (tenant, code),
    constraint snap_registration_bill_fk foreign key (tenant, bill) references bill (tenant, id),
    constraint snap_registration_state_known check (state in ('none', 'unsure', 'known', 'declined'))
) strict, without rowid;
