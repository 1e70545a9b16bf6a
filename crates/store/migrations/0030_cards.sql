-- Why: a card carries a signature that anybody can check without asking, and a list says which cards
-- are good no more; whoever ends a card says why, and nobody has two that are good.
-- Step: expand.

-- A key of a year. The secret is sealed under a key of this record, as people's fields are.
create table card_key (
    tenant integer not null,
    id blob not null,
    year integer not null,
    public blob not null,
    secret blob not null,
    made_at_ms integer not null,
    constraint card_key_pk primary key (tenant, id),
    constraint card_key_year_unique unique (tenant, year)
) strict, without rowid;

-- By which year's key a card is signed, and its place in that year's list.
create table card_place (
    tenant integer not null,
    card blob not null,
    year integer not null,
    place integer not null,
    constraint card_place_pk primary key (tenant, card),
    constraint card_place_unique unique (tenant, year, place),
    constraint card_place_card_fk foreign key (tenant, card) references card (tenant, id),
    constraint card_place_year_fk foreign key (tenant, year) references card_key (tenant, year),
    constraint card_place_counted check (place >= 0)
) strict, without rowid;

-- Why a card is good no more, and who said so; their words are with the line of the audit log.
create table card_end (
    tenant integer not null,
    card blob not null,
    cause text not null,
    ended_by blob not null,
    ended_at_ms integer not null,
    constraint card_end_pk primary key (tenant, card),
    constraint card_end_card_fk foreign key (tenant, card) references card (tenant, id),
    constraint card_end_ended_by_fk foreign key (tenant, ended_by) references user_account (tenant, id),
    constraint card_end_cause_known check (cause in ('lost', 'damaged', 'wrong', 'left', 'died', 'misused', 'renewed'))
) strict, without rowid;

-- Two cards of a person and programme are never good at once.
create unique index card_one_active on card (tenant, programme, person) where state = 'active';
