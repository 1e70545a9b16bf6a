-- Why: people found by words of a name without names; what was known of them and of their cover when.
-- Step: expand.

-- The first letters of each word of a name, keyed together with the village.
create table person_token (
    tenant integer not null,
    token integer not null,
    person blob not null,
    constraint person_token_pk primary key (tenant, token, person),
    constraint person_token_person_fk foreign key (tenant, person) references person (tenant, id)
) strict, without rowid;

-- Which files name somebody.
create index intake_row_person on intake_row (tenant, person) where person is not null;

-- A record as it was before it was replaced, sealed whole under the person's key.
create table person_history (
    tenant integer not null,
    person blob not null,
    version integer not null,
    valid_from integer not null,
    recorded_at_ms integer not null,
    superseded_at_ms integer not null,
    record blob not null,
    constraint person_history_pk primary key (tenant, person, version),
    constraint person_history_person_fk foreign key (tenant, person) references person (tenant, id)
) strict, without rowid;

-- A membership's months as they were known before they were changed.
create table membership_history (
    tenant integer not null,
    membership blob not null,
    superseded_at_ms integer not null,
    recorded_at_ms integer not null,
    first_month integer not null,
    last_month integer not null,
    constraint membership_history_pk primary key (tenant, membership, superseded_at_ms),
    constraint membership_history_membership_fk foreign key (tenant, membership) references membership (tenant, id)
) strict, without rowid;
