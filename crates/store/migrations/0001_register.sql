-- Why: the register: who sends, what was received, what was decided for each row, who is known.
-- Step: expand.

create table pemda (
    tenant integer not null,
    constraint pemda_pk primary key (tenant)
) strict, without rowid;

create table setting (
    tenant integer not null,
    name text not null,
    content text not null,
    constraint setting_pk primary key (tenant, name)
) strict, without rowid;

create table org (
    tenant integer not null,
    id blob not null,
    code text not null,
    name text not null,
    territory integer not null,
    constraint org_pk primary key (tenant, id),
    constraint org_code_unique unique (tenant, code)
) strict, without rowid;

create table user_account (
    tenant integer not null,
    id blob not null,
    name text not null,
    suspended_at_ms integer,
    constraint user_account_pk primary key (tenant, id),
    constraint user_account_name_unique unique (tenant, name)
) strict, without rowid;

create table fund (
    tenant integer not null,
    id blob not null,
    code text not null,
    kind text not null,
    ceiling integer not null,
    constraint fund_pk primary key (tenant, id),
    constraint fund_code_unique unique (tenant, code),
    constraint fund_ceiling_not_negative check (ceiling >= 0)
) strict, without rowid;

create table programme (
    tenant integer not null,
    id blob not null,
    code text not null,
    name text not null,
    territory integer not null,
    fund blob not null,
    schemes integer not null,
    first_month integer not null,
    last_month integer not null,
    default_occupation text,
    income integer not null,
    refuse_insured integer not null,
    target integer,
    constraint programme_pk primary key (tenant, id),
    constraint programme_code_unique unique (tenant, code),
    constraint programme_fund_fk foreign key (tenant, fund) references fund (tenant, id),
    constraint programme_months_in_order check (first_month <= last_month)
) strict, without rowid;

create table programme_occupation (
    tenant integer not null,
    programme blob not null,
    occupation text not null,
    constraint programme_occupation_pk primary key (tenant, programme, occupation),
    constraint programme_occupation_fk foreign key (tenant, programme) references programme (tenant, id)
) strict, without rowid;

create table header_mapping (
    tenant integer not null,
    org blob not null,
    fingerprint text not null,
    mapping text not null,
    constraint header_mapping_pk primary key (tenant, org, fingerprint),
    constraint header_mapping_org_fk foreign key (tenant, org) references org (tenant, id)
) strict, without rowid;

-- The key of one record's sealed fields, wrapped by a master key that is never in here. Without
-- its row whatever was sealed under it stays closed, in every copy.
create table record_key (
    tenant integer not null,
    id blob not null,
    master_version integer not null,
    wrapped blob not null,
    constraint record_key_pk primary key (tenant, id)
) strict, without rowid;

-- Numbers, names, addresses and phones are sealed; a number is found by its keyed index.
create table person (
    tenant integer not null,
    id blob not null,
    nik_index blob,
    nik blob not null,
    no_kk blob,
    name blob not null,
    match_key integer not null,
    birth integer not null,
    birth_place blob,
    sex text not null,
    address blob,
    place integer not null,
    occupation text,
    phone blob,
    mother blob,
    version integer not null,
    valid_from integer not null,
    recorded_at_ms integer not null,
    constraint person_pk primary key (tenant, id),
    constraint person_nik_unique unique (tenant, nik_index),
    constraint person_sex_known check (sex in ('L', 'P'))
) strict, without rowid;

-- Equal keys of name and birth date are a reason to compare two records; see the linkage crate.
create index person_match on person (tenant, match_key);

create index person_place on person (tenant, place);

create table sheet (
    tenant integer not null,
    id blob not null,
    hash blob not null,
    file_name text not null,
    size_bytes integer not null,
    org blob not null,
    programme blob not null,
    received_at_ms integer not null,
    received_by blob not null,
    state text not null,
    corrects blob,
    constraint sheet_pk primary key (tenant, id),
    constraint sheet_hash_unique unique (tenant, hash),
    constraint sheet_org_fk foreign key (tenant, org) references org (tenant, id),
    constraint sheet_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint sheet_received_by_fk foreign key (tenant, received_by) references user_account (tenant, id),
    constraint sheet_corrects_fk foreign key (tenant, corrects) references sheet (tenant, id),
    constraint sheet_state_known check (state in ('received', 'decided', 'undone'))
) strict, without rowid;

create table sheet_blob (
    tenant integer not null,
    sheet blob not null,
    content blob not null,
    constraint sheet_blob_pk primary key (tenant, sheet),
    constraint sheet_blob_sheet_fk foreign key (tenant, sheet) references sheet (tenant, id)
) strict;

create table intake_row (
    tenant integer not null,
    sheet blob not null,
    sheet_index integer not null,
    row_no integer not null,
    outcome text not null,
    person blob,
    content integer not null,
    corrects_sheet blob,
    corrects_index integer,
    corrects_row integer,
    superseded_by blob,
    constraint intake_row_pk primary key (tenant, sheet, sheet_index, row_no),
    constraint intake_row_sheet_fk foreign key (tenant, sheet) references sheet (tenant, id),
    constraint intake_row_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint intake_row_superseded_by_fk foreign key (tenant, superseded_by) references sheet (tenant, id)
) strict, without rowid;

create index intake_row_superseded on intake_row (tenant, superseded_by) where superseded_by is not null;

create table intake_problem (
    tenant integer not null,
    sheet blob not null,
    sheet_index integer not null,
    row_no integer not null,
    ordinal integer not null,
    code text not null,
    field text,
    cell_sheet integer,
    cell_row integer,
    cell_column integer,
    detail text,
    suggestion blob,
    constraint intake_problem_pk primary key (tenant, sheet, sheet_index, row_no, ordinal),
    constraint intake_problem_row_fk foreign key (tenant, sheet, sheet_index, row_no) references intake_row (tenant, sheet, sheet_index, row_no)
) strict, without rowid;

-- Whom a programme has accepted, and by which row: one row per person and programme, ever.
create table enlistment (
    tenant integer not null,
    programme blob not null,
    person blob not null,
    sheet blob not null,
    sheet_index integer not null,
    row_no integer not null,
    constraint enlistment_pk primary key (tenant, programme, person),
    constraint enlistment_row_unique unique (tenant, sheet, sheet_index, row_no),
    constraint enlistment_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint enlistment_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint enlistment_row_fk foreign key (tenant, sheet, sheet_index, row_no) references intake_row (tenant, sheet, sheet_index, row_no)
) strict, without rowid;

create table reference_list (
    tenant integer not null,
    id blob not null,
    kind text not null,
    as_of integer not null,
    received_at_ms integer not null,
    constraint reference_list_pk primary key (tenant, id)
) strict, without rowid;

-- A list may name one number twice: nothing of it is dropped.
create table reference_entry (
    tenant integer not null,
    list blob not null,
    nik_index blob not null,
    line_no integer not null,
    name blob,
    birth integer,
    event integer,
    constraint reference_entry_pk primary key (tenant, list, nik_index, line_no),
    constraint reference_entry_list_fk foreign key (tenant, list) references reference_list (tenant, id)
) strict, without rowid;

-- Who did what to which record, and when; no identity. Lines are leaves of a Merkle tree: see 0006.
create table audit (
    tenant integer not null,
    seq integer not null,
    id blob not null,
    salt blob not null,
    at_ms integer not null,
    actor blob,
    act text not null,
    object_kind text not null,
    object blob,
    count integer,
    reason blob,
    state blob not null,
    leaf blob not null,
    constraint audit_pk primary key (tenant, seq),
    constraint audit_id_unique unique (tenant, id)
) strict, without rowid;
