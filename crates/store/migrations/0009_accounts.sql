-- Why: how people prove who they are, and for how long: passwords, second factors, logins, links.
-- Step: expand.

-- Passwords stay away from the accounts, so that a list of users never carries one.
create table credential (
    tenant integer not null,
    holder blob not null,
    password text not null,
    changed_at_ms integer not null,
    constraint credential_pk primary key (tenant, holder),
    constraint credential_holder_fk foreign key (tenant, holder) references user_account (tenant, id)
) strict, without rowid;

-- The secret is sealed; the last step that was used may not be used again.
create table totp (
    tenant integer not null,
    holder blob not null,
    secret blob not null,
    confirmed_at_ms integer,
    last_step integer not null,
    constraint totp_pk primary key (tenant, holder),
    constraint totp_holder_fk foreign key (tenant, holder) references user_account (tenant, id)
) strict, without rowid;

create table recovery_code (
    tenant integer not null,
    holder blob not null,
    code blob not null,
    constraint recovery_code_pk primary key (tenant, holder, code),
    constraint recovery_code_holder_fk foreign key (tenant, holder) references user_account (tenant, id)
) strict, without rowid;

create table passkey (
    tenant integer not null,
    credential blob not null,
    id blob not null,
    holder blob not null,
    public_key blob not null,
    sign_count integer not null,
    name text not null,
    made_at_ms integer not null,
    used_at_ms integer,
    constraint passkey_pk primary key (tenant, credential),
    constraint passkey_holder_fk foreign key (tenant, holder) references user_account (tenant, id)
) strict, without rowid;

create index passkey_holder on passkey (tenant, holder);

-- A login that lasts: only the hash of what the browser keeps.
create table session (
    tenant integer not null,
    token blob not null,
    id blob not null,
    holder blob not null,
    stage text not null,
    device text not null,
    made_at_ms integer not null,
    seen_at_ms integer not null,
    ends_at_ms integer not null,
    constraint session_pk primary key (tenant, token),
    constraint session_holder_fk foreign key (tenant, holder) references user_account (tenant, id),
    constraint session_stage_known check (stage in ('code', 'enrol', 'whole'))
) strict, without rowid;

create index session_holder on session (tenant, holder);

-- Tries under a name, known or not, by the hash of the name: limits outlive a restart.
create table sign_in_try (
    tenant integer not null,
    subject blob not null,
    id blob not null,
    at_ms integer not null,
    constraint sign_in_try_pk primary key (tenant, subject, id)
) strict, without rowid;

-- A link that works once: the first administrator, an invitation, a recovery.
create table one_time_link (
    tenant integer not null,
    token blob not null,
    id blob not null,
    purpose text not null,
    holder blob,
    ends_at_ms integer not null,
    constraint one_time_link_pk primary key (tenant, token),
    constraint one_time_link_holder_fk foreign key (tenant, holder) references user_account (tenant, id),
    constraint one_time_link_purpose_known check (purpose in ('first-run', 'invitation', 'recovery'))
) strict, without rowid;

-- Who somebody is to an identity provider: never an address of mail, always its own number.
create table external_login (
    tenant integer not null,
    issuer text not null,
    subject text not null,
    holder blob not null,
    constraint external_login_pk primary key (tenant, issuer, subject),
    constraint external_login_holder_fk foreign key (tenant, holder) references user_account (tenant, id)
) strict, without rowid;
