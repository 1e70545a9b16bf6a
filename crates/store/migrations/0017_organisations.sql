-- Why: organisations have a kind, a place under one another and somebody who signs; agreements say who
-- owes what by when, in versions, and what was done is ticked facility by facility.
-- Step: expand.

-- Kinds that an office adds to those that come with the program.
create table org_kind (
    tenant integer not null,
    kind text not null,
    name text not null,
    name_en text not null,
    traits text not null,
    constraint org_kind_pk primary key (tenant, kind)
) strict, without rowid;

-- What else is known of an organisation; one of which nothing is said has no row. Who holds the
-- office and how it is reached is sealed under the key of the organisation.
create table org_profile (
    tenant integer not null,
    org blob not null,
    kind text not null,
    parent blob,
    closed_on integer,
    address blob,
    officer blob,
    office blob,
    phone blob,
    email blob,
    constraint org_profile_pk primary key (tenant, org),
    constraint org_profile_org_fk foreign key (tenant, org) references org (tenant, id),
    constraint org_profile_parent_fk foreign key (tenant, parent) references org (tenant, id),
    constraint org_profile_not_its_own_parent check (parent is null or parent <> org)
) strict, without rowid;

-- `version` is the one that holds, 0 while none is signed; `newest` is the last that was written.
create table agreement (
    tenant integer not null,
    id blob not null,
    code text not null,
    template text not null,
    copied_from blob,
    state text not null,
    version integer not null,
    newest integer not null,
    ended_on integer,
    made_by blob not null,
    made_at_ms integer not null,
    constraint agreement_pk primary key (tenant, id),
    constraint agreement_code_unique unique (tenant, code),
    constraint agreement_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint agreement_state_known check (state in ('draft', 'signed', 'ended')),
    constraint agreement_versions_in_order check (version <= newest)
) strict, without rowid;

-- One version of what an agreement says. Signed, it is never written again.
create table agreement_version (
    tenant integer not null,
    agreement blob not null,
    version integer not null,
    number text not null,
    subject text not null,
    place text not null,
    valid_from integer not null,
    valid_to integer not null,
    notice_days integer not null,
    reason text not null,
    digest blob not null,
    signed_on integer,
    scan blob,
    made_by blob not null,
    made_at_ms integer not null,
    constraint agreement_version_pk primary key (tenant, agreement, version),
    constraint agreement_version_agreement_fk foreign key (tenant, agreement) references agreement (tenant, id),
    constraint agreement_version_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint agreement_version_days_in_order check (valid_from <= valid_to)
) strict, without rowid;

-- A party as a version names it; who signs, by which power and where is sealed.
create table agreement_party (
    tenant integer not null,
    agreement blob not null,
    version integer not null,
    ordinal integer not null,
    org blob not null,
    name text not null,
    called text not null,
    office text not null,
    signatory blob not null,
    basis blob not null,
    address blob not null,
    constraint agreement_party_pk primary key (tenant, agreement, version, ordinal),
    constraint agreement_party_version_fk foreign key (tenant, agreement, version) references agreement_version (tenant, agreement, version),
    constraint agreement_party_org_fk foreign key (tenant, org) references org (tenant, id)
) strict, without rowid;

create index agreement_party_org on agreement_party (tenant, org);

-- Paragraphs stand one to a line of `body`; `duties_of` and `duties_kind` say whose duties follow.
create table agreement_article (
    tenant integer not null,
    agreement blob not null,
    version integer not null,
    ordinal integer not null,
    heading text not null,
    body text not null,
    duties_of integer,
    duties_kind text,
    constraint agreement_article_pk primary key (tenant, agreement, version, ordinal),
    constraint agreement_article_version_fk foreign key (tenant, agreement, version) references agreement_version (tenant, agreement, version)
) strict, without rowid;

create table agreement_duty (
    tenant integer not null,
    agreement blob not null,
    version integer not null,
    ordinal integer not null,
    code text not null,
    party integer not null,
    kind text not null,
    body text not null,
    due integer,
    each_under blob,
    constraint agreement_duty_pk primary key (tenant, agreement, version, ordinal),
    constraint agreement_duty_code_unique unique (tenant, agreement, version, code),
    constraint agreement_duty_version_fk foreign key (tenant, agreement, version) references agreement_version (tenant, agreement, version),
    constraint agreement_duty_each_under_fk foreign key (tenant, each_under) references org (tenant, id),
    constraint agreement_duty_kind_known check (kind in ('task', 'function', 'authority'))
) strict, without rowid;

-- The signed paper as it was scanned, known by its hash and sealed under the agreement's key.
create table agreement_scan (
    tenant integer not null,
    agreement blob not null,
    hash blob not null,
    size_bytes integer not null,
    content blob not null,
    kept_by blob not null,
    kept_at_ms integer not null,
    constraint agreement_scan_pk primary key (tenant, agreement, hash),
    constraint agreement_scan_agreement_fk foreign key (tenant, agreement) references agreement (tenant, id),
    constraint agreement_scan_kept_by_fk foreign key (tenant, kept_by) references user_account (tenant, id)
) strict, without rowid;

-- That a duty was done, by its code: for one organisation, or once, and then `subject` is the
-- agreement. What shows it is a sentence and sealed: people write names into sentences. A tick that was
-- taken back keeps its row without a day.
create table agreement_fulfilment (
    tenant integer not null,
    agreement blob not null,
    duty text not null,
    subject blob not null,
    done_on integer,
    note blob not null,
    given_by blob not null,
    given_at_ms integer not null,
    constraint agreement_fulfilment_pk primary key (tenant, agreement, duty, subject),
    constraint agreement_fulfilment_agreement_fk foreign key (tenant, agreement) references agreement (tenant, id),
    constraint agreement_fulfilment_given_by_fk foreign key (tenant, given_by) references user_account (tenant, id)
) strict, without rowid;

-- Texts from which agreements are written, besides those that come with the program.
create table agreement_template (
    tenant integer not null,
    template text not null,
    content text not null,
    kept_by blob not null,
    kept_at_ms integer not null,
    constraint agreement_template_pk primary key (tenant, template),
    constraint agreement_template_kept_by_fk foreign key (tenant, kept_by) references user_account (tenant, id)
) strict, without rowid;
