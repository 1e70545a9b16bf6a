-- Why: who is on an approved list changes: members leave from a month and others take their places.
-- What changed goes into later annexes, numbered; the annexes before stay as they were.
-- Step: expand.

-- `number` counts within a programme. A list is the annex of its own lines; an amendment says who was
-- removed and who was added by the changes that name it.
create table annex (
    tenant integer not null,
    programme blob not null,
    number integer not null,
    kind text not null,
    proposal blob,
    made_by blob not null,
    made_at_ms integer not null,
    added integer not null,
    removed integer not null,
    bound integer not null,
    freed integer not null,
    hash blob not null,
    constraint annex_pk primary key (tenant, programme, number),
    constraint annex_proposal_unique unique (tenant, proposal),
    constraint annex_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint annex_proposal_fk foreign key (tenant, proposal) references proposal (tenant, id),
    constraint annex_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint annex_kind_known check ((kind = 'list') = (proposal is not null) and kind in ('list', 'amendment'))
) strict, without rowid;

-- A change of who is on a programme, put forward by one and approved by another (its task has the
-- same id). `annex` is the annex that it went into.
create table movement (
    tenant integer not null,
    id blob not null,
    programme blob not null,
    reason text not null,
    from_month integer not null,
    made_by blob not null,
    made_at_ms integer not null,
    left_count integer not null,
    joined_count integer not null,
    freed integer not null,
    used integer not null,
    hash blob not null,
    state text not null,
    annex integer,
    constraint movement_pk primary key (tenant, id),
    constraint movement_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint movement_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint movement_annex_fk foreign key (tenant, programme, annex) references annex (tenant, programme, number),
    constraint movement_state_known check (state in ('proposed', 'approved', 'returned', 'expired')),
    constraint movement_annex_approved check (annex is null or state = 'approved')
) strict, without rowid;

create index movement_programme on movement (tenant, programme, annex);

-- Who leaves, who comes and who was passed over, frozen as the change was put forward. `rank` and
-- `proposal` are those of the waiting list; `why` is the reason for passing somebody over.
create table movement_item (
    tenant integer not null,
    movement blob not null,
    side text not null,
    line_no integer not null,
    person blob not null,
    name blob not null,
    nik blob not null,
    place integer not null,
    occupation text,
    sector text not null,
    first_month integer not null,
    last_month integer not null,
    rupiah integer not null,
    proposal blob,
    rank integer not null,
    why text,
    constraint movement_item_pk primary key (tenant, movement, side, line_no),
    constraint movement_item_movement_fk foreign key (tenant, movement) references movement (tenant, id),
    constraint movement_item_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint movement_item_side_known check (side in ('left', 'joined', 'skipped'))
) strict, without rowid;

create index movement_item_person on movement_item (tenant, person);
