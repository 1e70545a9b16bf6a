-- Why: other programs are told of what was done here: what is told is written with the act itself,
-- and sent until it is taken, in the order of its subject.
-- Step: expand.

-- Somebody else's program: put forward by one and approved by another, because data leaves the house.
create table subscriber (
    tenant integer not null,
    id blob not null,
    code text not null,
    name text not null,
    url text not null,
    kinds text not null,
    state text not null,
    made_by blob not null,
    made_at_ms integer not null,
    decided_by blob,
    changed_at_ms integer not null,
    constraint subscriber_pk primary key (tenant, id),
    constraint subscriber_code_unique unique (tenant, code),
    constraint subscriber_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint subscriber_decided_by_fk foreign key (tenant, decided_by) references user_account (tenant, id),
    constraint subscriber_two_people check (decided_by is null or decided_by <> made_by),
    constraint subscriber_agreed check (decided_by is not null or state in ('proposed', 'refused', 'ended')),
    constraint subscriber_state_known check (state in ('proposed', 'active', 'paused', 'disabled', 'refused', 'ended'))
) strict, without rowid;

-- What messages are signed with, sealed under the subscriber's key; while one follows another both hold.
create table subscriber_secret (
    tenant integer not null,
    subscriber blob not null,
    serial integer not null,
    secret blob not null,
    made_at_ms integer not null,
    ends_at_ms integer,
    constraint subscriber_secret_pk primary key (tenant, subscriber, serial),
    constraint subscriber_secret_subscriber_fk foreign key (tenant, subscriber) references subscriber (tenant, id)
) strict, without rowid;

-- How a subscriber answers: since when it does not, and until when it wants nothing.
create table subscriber_health (
    tenant integer not null,
    subscriber blob not null,
    failing_since_ms integer,
    hold_until_ms integer,
    constraint subscriber_health_pk primary key (tenant, subscriber),
    constraint subscriber_health_subscriber_fk foreign key (tenant, subscriber) references subscriber (tenant, id)
) strict, without rowid;

-- What is told. `sequence` is the leaf of the audit log that the act became, `id` that line's; the
-- events of one `lane` reach a subscriber in the order of their sequence. `body` holds no text of the
-- register: identifiers, counts, months and rupiah alone.
create table outbox_event (
    tenant integer not null,
    sequence integer not null,
    id blob not null,
    kind text not null,
    lane blob not null,
    subject blob,
    at_ms integer not null,
    body text not null,
    constraint outbox_event_pk primary key (tenant, sequence),
    constraint outbox_event_id_unique unique (tenant, id)
) strict, without rowid;

create index outbox_event_at on outbox_event (tenant, at_ms);

-- One event on its way to one subscriber. A sender holds it for a while; one that died lets it go.
create table delivery (
    tenant integer not null,
    subscriber blob not null,
    sequence integer not null,
    lane blob not null,
    state text not null,
    tries integer not null,
    attempts integer not null,
    next_at_ms integer not null,
    sender blob,
    held_until_ms integer not null,
    ended_at_ms integer,
    constraint delivery_pk primary key (tenant, subscriber, sequence),
    constraint delivery_subscriber_fk foreign key (tenant, subscriber) references subscriber (tenant, id),
    constraint delivery_event_fk foreign key (tenant, sequence) references outbox_event (tenant, sequence),
    constraint delivery_state_known check (state in ('waiting', 'delivered', 'failed'))
) strict, without rowid;

create index delivery_order on delivery (tenant, sequence, subscriber);
create index delivery_waiting on delivery (tenant, state, subscriber, sequence);
create index delivery_lane on delivery (tenant, subscriber, lane, state, sequence);

-- Every attempt: what was answered, or why nothing was.
create table delivery_attempt (
    tenant integer not null,
    subscriber blob not null,
    sequence integer not null,
    attempt integer not null,
    at_ms integer not null,
    took_ms integer not null,
    status integer,
    fault text,
    constraint delivery_attempt_pk primary key (tenant, subscriber, sequence, attempt),
    constraint delivery_attempt_delivery_fk foreign key (tenant, subscriber, sequence) references delivery (tenant, subscriber, sequence)
) strict, without rowid;
