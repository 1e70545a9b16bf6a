-- Why: one human, one record: pairs that may be one are kept with what was said of them, and a
-- merging remembers every single thing it moved, so that it can be taken back exactly.
-- Step: expand.

-- Two people in the order of their ids; `levels` has one small integer for each field compared.
-- `monthly` and `paid` are what both cost, as far as it was known at the last comparison.
create table duplicate_pair (
    tenant integer not null,
    id blob not null,
    left_person blob not null,
    right_person blob not null,
    state text not null,
    score integer not null,
    levels blob not null,
    monthly integer not null,
    paid integer not null,
    revision integer not null,
    found_at_ms integer not null,
    constraint duplicate_pair_pk primary key (tenant, id),
    constraint duplicate_pair_people_unique unique (tenant, left_person, right_person),
    constraint duplicate_pair_left_fk foreign key (tenant, left_person) references person (tenant, id),
    constraint duplicate_pair_right_fk foreign key (tenant, right_person) references person (tenant, id),
    constraint duplicate_pair_in_order check (left_person < right_person),
    constraint duplicate_pair_state_known check (state in ('open', 'asked', 'proposed', 'same', 'parting', 'different', 'resting'))
) strict, without rowid;

-- The order of the queue: the money first, then the evidence.
create index duplicate_pair_queue on duplicate_pair (tenant, state, monthly, paid, score, id);

create index duplicate_pair_right on duplicate_pair (tenant, right_person);

-- How many pairs stand where, so that nobody has to count them.
create table duplicate_tally (
    tenant integer not null,
    state text not null,
    pairs integer not null,
    constraint duplicate_tally_pk primary key (tenant, state),
    constraint duplicate_tally_not_negative check (pairs >= 0)
) strict, without rowid;

-- What was said of a pair, in order. The words of a reason lie with the audit line.
create table duplicate_verdict (
    tenant integer not null,
    pair blob not null,
    revision integer not null,
    verdict text not null,
    score integer not null,
    given_by blob,
    given_at_ms integer not null,
    line blob not null,
    constraint duplicate_verdict_pk primary key (tenant, pair, revision),
    constraint duplicate_verdict_pair_fk foreign key (tenant, pair) references duplicate_pair (tenant, id),
    constraint duplicate_verdict_given_by_fk foreign key (tenant, given_by) references user_account (tenant, id)
) strict, without rowid;

-- A question to a village about a pair; it waits while it has no answer.
create table duplicate_question (
    tenant integer not null,
    pair blob not null,
    place integer not null,
    asked_by blob not null,
    asked_at_ms integer not null,
    answer text,
    constraint duplicate_question_pk primary key (tenant, pair, place),
    constraint duplicate_question_pair_fk foreign key (tenant, pair) references duplicate_pair (tenant, id),
    constraint duplicate_question_asked_by_fk foreign key (tenant, asked_by) references user_account (tenant, id)
) strict, without rowid;

create index duplicate_question_place on duplicate_question (tenant, place) where answer is null;

-- A record that stepped aside for another; `root` is where a chain of them ends. `moves` is what went
-- over, piece by piece: identifiers, and names of cards as they were sealed.
create table person_merge (
    tenant integer not null,
    away blob not null,
    kept blob not null,
    root blob not null,
    pair blob not null,
    merged_at_ms integer not null,
    moves blob not null,
    constraint person_merge_pk primary key (tenant, away),
    constraint person_merge_away_fk foreign key (tenant, away) references person (tenant, id),
    constraint person_merge_kept_fk foreign key (tenant, kept) references person (tenant, id),
    constraint person_merge_root_fk foreign key (tenant, root) references person (tenant, id),
    constraint person_merge_pair_fk foreign key (tenant, pair) references duplicate_pair (tenant, id),
    constraint person_merge_two_people check (away <> kept and away <> root)
) strict, without rowid;

create index person_merge_root on person_merge (tenant, root);

create index person_merge_pair on person_merge (tenant, pair);
