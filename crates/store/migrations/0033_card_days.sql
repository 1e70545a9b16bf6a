-- Why: cards are handed over at a day, by telephones without a network that tell of it later; every
-- telling is kept, one of each card counts, and a person decides where two say they handed it over.
-- Step: expand.

create table card_day (
    tenant integer not null,
    id blob not null,
    name text not null,
    place text not null,
    programme blob not null,
    territory integer not null,
    day integer not null,
    made_by blob not null,
    made_at_ms integer not null,
    closed_at_ms integer,
    constraint card_day_pk primary key (tenant, id),
    constraint card_day_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint card_day_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id)
) strict, without rowid;

create index card_day_held on card_day (tenant, day);

-- A seat names the card that lay ready; whoever got another since sits there too.
create table card_seat (
    tenant integer not null,
    card_day blob not null,
    seat integer not null,
    card blob not null,
    village integer not null,
    constraint card_seat_pk primary key (tenant, card_day, seat),
    constraint card_seat_card_unique unique (tenant, card, card_day),
    constraint card_seat_day_fk foreign key (tenant, card_day) references card_day (tenant, id),
    constraint card_seat_card_fk foreign key (tenant, card) references card (tenant, id),
    constraint card_seat_counted check (seat >= 1)
) strict, without rowid;

-- A telling that a card was put into a hand; its identifier is made by whoever tells. Where on the
-- signed list the receipt stands is sealed with the reasons.
create table card_handover (
    tenant integer not null,
    id blob not null,
    card_day blob not null,
    card blob,
    number text not null,
    device blob,
    recipient text not null,
    proof text not null,
    state text not null,
    accepted integer not null,
    trouble text,
    steps integer not null,
    told_at_ms integer not null,
    at_ms integer not null,
    received_at_ms integer not null,
    handed_by blob not null,
    constraint card_handover_pk primary key (tenant, id),
    constraint card_handover_day_fk foreign key (tenant, card_day) references card_day (tenant, id),
    constraint card_handover_card_fk foreign key (tenant, card) references card (tenant, id),
    constraint card_handover_handed_by_fk foreign key (tenant, handed_by) references user_account (tenant, id),
    constraint card_handover_recipient_known check (recipient in ('holder', 'spouse', 'child', 'parent', 'sibling', 'neighbour', 'neighbourhood', 'officer')),
    constraint card_handover_proof_known check (proof in ('signature', 'thumb', 'photo')),
    constraint card_handover_state_known check (state in ('given', 'conflict', 'dismissed', 'undone')),
    constraint card_handover_trouble_known check (trouble in ('ended', 'unknown', 'not-of-day', 'late')),
    constraint card_handover_card_said check ((card is null) = (coalesce(trouble, '') = 'unknown')),
    constraint card_handover_good check (state <> 'given' or coalesce(trouble, '') not in ('ended', 'unknown')),
    constraint card_handover_accepted_given check (accepted = 0 or (accepted = 1 and state = 'given')),
    constraint card_handover_counted check (steps >= 0 and at_ms <= received_at_ms)
) strict, without rowid;

create index card_handover_of_day on card_handover (tenant, card_day);
create index card_handover_of_card on card_handover (tenant, card);

-- A card is in one hand, whatever was told and in whatever order.
create unique index card_handover_one on card_handover (tenant, card) where state = 'given';

-- Every step after a telling came, in order; the constraint is the table of domain::card_day, row by
-- row. What follows by itself is done by nobody; why a person makes a step is sealed with the reasons.
create table card_handover_step (
    tenant integer not null,
    handover blob not null,
    step_no integer not null,
    step text not null,
    state_before text not null,
    state_after text not null,
    made_by blob,
    at_ms integer not null,
    constraint card_handover_step_pk primary key (tenant, handover, step_no),
    constraint card_handover_step_handover_fk foreign key (tenant, handover) references card_handover (tenant, id),
    constraint card_handover_step_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint card_handover_step_by_whom check ((made_by is null) = (step in ('yield', 'rise', 'displace'))),
    constraint card_handover_step_known check (state_before || ' ' || step || ' ' || state_after in ('given yield conflict', 'conflict rise given', 'conflict accept given', 'given displace dismissed', 'conflict dismiss dismissed', 'given undo undone', 'dismissed reopen conflict'))
) strict, without rowid;
