-- Why: from the approved list to the covered month: lists, memberships, bills, the ledger, the bank.
-- Step: expand.

create table proposal (
    tenant integer not null,
    id blob not null,
    programme blob not null,
    made_by blob not null,
    made_at_ms integer not null,
    people integer not null,
    monthly integer not null,
    committed integer not null,
    list_hash blob not null,
    state text not null,
    reason text,
    constraint proposal_pk primary key (tenant, id),
    constraint proposal_maker_unique unique (tenant, id, made_by),
    constraint proposal_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint proposal_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id)
) strict, without rowid;

-- The annex, frozen: names and numbers as they were when the list was put forward.
create table proposal_item (
    tenant integer not null,
    proposal blob not null,
    rank integer not null,
    person blob not null,
    name blob not null,
    nik blob not null,
    place integer not null,
    occupation text,
    sector text not null,
    monthly integer not null,
    committed integer not null,
    waiting integer not null,
    constraint proposal_item_pk primary key (tenant, proposal, rank),
    constraint proposal_item_proposal_fk foreign key (tenant, proposal) references proposal (tenant, id),
    constraint proposal_item_person_fk foreign key (tenant, person) references person (tenant, id)
) strict, without rowid;

create index proposal_item_person on proposal_item (tenant, person);

create table approval (
    tenant integer not null,
    proposal blob not null,
    maker blob not null,
    checker blob not null,
    approved_at_ms integer not null,
    list_hash blob not null,
    constraint approval_pk primary key (tenant, proposal),
    constraint approval_maker_fk foreign key (tenant, proposal, maker) references proposal (tenant, id, made_by),
    constraint approval_checker_fk foreign key (tenant, checker) references user_account (tenant, id),
    constraint approval_four_eyes check (maker <> checker)
) strict, without rowid;

create table membership (
    tenant integer not null,
    id blob not null,
    person blob not null,
    programme blob not null,
    first_month integer not null,
    last_month integer not null,
    proposal blob not null,
    recorded_at_ms integer not null,
    constraint membership_pk primary key (tenant, id),
    constraint membership_person_unique unique (tenant, programme, person),
    constraint membership_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint membership_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint membership_proposal_fk foreign key (tenant, proposal) references proposal (tenant, id),
    constraint membership_months_in_order check (first_month <= last_month)
) strict, without rowid;

create index membership_person on membership (tenant, person);

create table bill (
    tenant integer not null,
    id blob not null,
    programme blob not null,
    month integer not null,
    state text not null,
    revision integer not null,
    rulebook text not null,
    people integer not null,
    total integer not null,
    constraint bill_pk primary key (tenant, id),
    constraint bill_month_unique unique (tenant, programme, month),
    constraint bill_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint bill_state_known check (state in ('draft', 'final', 'posted'))
) strict, without rowid;

-- The month is its bill's, so that a server can keep each month apart.
create table bill_line (
    tenant integer not null,
    bill blob not null,
    month integer not null,
    line_no integer not null,
    membership blob not null,
    person blob not null,
    scheme text not null,
    rupiah integer not null,
    rule text not null,
    article text not null,
    status text not null,
    relief text,
    constraint bill_line_pk primary key (tenant, bill, month, line_no),
    constraint bill_line_bill_fk foreign key (tenant, bill) references bill (tenant, id),
    constraint bill_line_membership_fk foreign key (tenant, membership) references membership (tenant, id)
) strict, without rowid; -- by month

create table bill_exclusion (
    tenant integer not null,
    bill blob not null,
    line_no integer not null,
    membership blob not null,
    person blob not null,
    reason text not null,
    month integer,
    scheme text,
    programme blob,
    transfer blob,
    age_verdict text,
    age_years integer,
    constraint bill_exclusion_pk primary key (tenant, bill, line_no),
    constraint bill_exclusion_bill_fk foreign key (tenant, bill) references bill (tenant, id),
    constraint bill_exclusion_membership_fk foreign key (tenant, membership) references membership (tenant, id)
) strict, without rowid;

-- The sums are kept with the account, so that a ceiling holds whoever writes.
create table account (
    tenant integer not null,
    id blob not null,
    code text not null,
    kind text not null,
    balance_limit text not null,
    debits_pending integer not null,
    credits_pending integer not null,
    debits_posted integer not null,
    credits_posted integer not null,
    constraint account_pk primary key (tenant, id),
    constraint account_code_unique unique (tenant, code),
    constraint account_sums_not_negative check (debits_pending >= 0 and credits_pending >= 0 and debits_posted >= 0 and credits_posted >= 0),
    constraint account_debits_within_credits check (balance_limit <> 'debits-within-credits' or debits_pending + debits_posted <= credits_posted),
    constraint account_credits_within_debits check (balance_limit <> 'credits-within-debits' or credits_pending + credits_posted <= debits_posted)
) strict, without rowid;

create table transfer (
    tenant integer not null,
    id blob not null,
    debit blob not null,
    credit blob not null,
    amount integer not null,
    code text not null,
    kind text not null,
    pending blob,
    document_kind text not null,
    document blob not null,
    month integer,
    day integer not null,
    constraint transfer_pk primary key (tenant, id),
    constraint transfer_debit_fk foreign key (tenant, debit) references account (tenant, id),
    constraint transfer_credit_fk foreign key (tenant, credit) references account (tenant, id),
    constraint transfer_pending_fk foreign key (tenant, pending) references transfer (tenant, id),
    constraint transfer_amount_positive check (amount > 0),
    constraint transfer_two_accounts check (debit <> credit),
    constraint transfer_pending_named check ((kind in ('post-of', 'void-of')) = (pending is not null))
) strict, without rowid;

create index transfer_document on transfer (tenant, document);

-- A promise is kept or taken back once.
create table transfer_resolution (
    tenant integer not null,
    pending blob not null,
    resolution text not null,
    constraint transfer_resolution_pk primary key (tenant, pending),
    constraint transfer_resolution_pending_fk foreign key (tenant, pending) references transfer (tenant, id),
    constraint transfer_resolution_known check (resolution in ('posted', 'voided'))
) strict, without rowid;

-- One payer per person, scheme and month, whoever pays.
create table covered_month (
    tenant integer not null,
    person blob not null,
    scheme text not null,
    month integer not null,
    programme blob not null,
    transfer blob not null,
    constraint covered_month_pk primary key (tenant, person, scheme, month),
    constraint covered_month_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint covered_month_transfer_fk foreign key (tenant, transfer) references transfer (tenant, id)
) strict, without rowid; -- by month

create index covered_month_programme on covered_month (tenant, programme, month);

create table statement (
    tenant integer not null,
    hash blob not null,
    account text not null,
    received_at_ms integer not null,
    constraint statement_pk primary key (tenant, hash)
) strict, without rowid;

-- Statements overlap: a line belongs to the first that brought it.
create table statement_line (
    tenant integer not null,
    id blob not null,
    statement blob not null,
    line_no integer not null,
    day integer not null,
    amount integer not null,
    direction text not null,
    reference text not null,
    balance integer,
    constraint statement_line_pk primary key (tenant, id),
    constraint statement_line_statement_fk foreign key (tenant, statement) references statement (tenant, hash),
    constraint statement_line_direction_known check (direction in ('in', 'out'))
) strict, without rowid;

-- One line pays one bill, one bill is paid by one line.
create table payment_match (
    tenant integer not null,
    line blob not null,
    bill blob not null,
    matched_by text not null,
    constraint payment_match_pk primary key (tenant, line),
    constraint payment_match_bill_unique unique (tenant, bill),
    constraint payment_match_line_fk foreign key (tenant, line) references statement_line (tenant, id),
    constraint payment_match_bill_fk foreign key (tenant, bill) references bill (tenant, id)
) strict, without rowid;

create table card (
    tenant integer not null,
    id blob not null,
    number text not null,
    person blob not null,
    programme blob not null,
    name blob not null,
    village text not null,
    occupation text,
    paid_until integer not null,
    issued integer not null,
    copy integer not null,
    state text not null,
    constraint card_pk primary key (tenant, id),
    constraint card_number_unique unique (tenant, number),
    constraint card_copy_unique unique (tenant, programme, person, copy),
    constraint card_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint card_programme_fk foreign key (tenant, programme) references programme (tenant, id)
) strict, without rowid;
