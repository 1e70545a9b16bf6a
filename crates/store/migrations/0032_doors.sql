-- Why: anybody may ask and tell without a login: what they told, under a code of its own, and how
-- often a card, an address and all of them together were tried, which a restart must not forget.
-- Step: expand.

-- Who tells, whom it is about and what happened is sealed under a key of the message; its code is
-- found by a keyed digest.
create table message (
    tenant integer not null,
    id blob not null,
    code blob not null,
    kind text not null,
    event integer,
    place integer not null,
    received_at_ms integer not null,
    helped integer not null,
    state text not null,
    steps integer not null,
    claim blob,
    details blob not null,
    constraint message_pk primary key (tenant, id),
    constraint message_code_unique unique (tenant, code),
    constraint message_claim_fk foreign key (tenant, claim) references benefit_claim (tenant, id),
    constraint message_kind_known check (kind in ('accident', 'death', 'see', 'correct', 'erase', 'withdraw', 'restrict', 'object')),
    constraint message_event_said check ((event is not null) = (kind in ('accident', 'death'))),
    constraint message_state_known check (state in ('received', 'opened', 'answered', 'withdrawn')),
    constraint message_claim_opened check ((claim is not null) = (state = 'opened')),
    constraint message_steps_counted check (steps >= 0 and helped in (0, 1))
) strict, without rowid;

create index message_state on message (tenant, state);

-- Every step of a message, in order; the constraint is the table of domain::message, row by row. What
-- its sender does is done by nobody of the office.
create table message_step (
    tenant integer not null,
    message blob not null,
    step_no integer not null,
    step text not null,
    state_before text not null,
    state_after text not null,
    made_by blob,
    at_ms integer not null,
    constraint message_step_pk primary key (tenant, message, step_no),
    constraint message_step_message_fk foreign key (tenant, message) references message (tenant, id),
    constraint message_step_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint message_step_by_whom check ((made_by is null) = (step = 'withdraw')),
    constraint message_step_known check (state_before || ' ' || step || ' ' || state_after in ('received open opened', 'received answer answered', 'received withdraw withdrawn', 'answered reopen received'))
) strict, without rowid;

-- Tries at a door without a login, each under keyed digests of what was tried and from where.
create table door_try (
    tenant integer not null,
    subject blob not null,
    at_ms integer not null,
    id blob not null,
    constraint door_try_pk primary key (tenant, subject, at_ms, id)
) strict, without rowid;

create index door_try_age on door_try (tenant, at_ms);
