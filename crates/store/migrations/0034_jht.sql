-- Why: what BPJS itself states of somebody's old age savings, beside the account that follows from what
-- was paid; and lines of lists of accidents, held against the members as those of the dead are.
-- Step: expand.

-- A balance of a day, by a paper. What was written down wrongly is taken back and stays.
create table jht_stated (
    tenant integer not null,
    id blob not null,
    person blob not null,
    as_of integer not null,
    rupiah integer not null,
    reference text not null,
    recorded_by blob not null,
    recorded_at_ms integer not null,
    withdrawn_by blob,
    withdrawn_at_ms integer,
    constraint jht_stated_pk primary key (tenant, id),
    constraint jht_stated_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint jht_stated_recorded_by_fk foreign key (tenant, recorded_by) references user_account (tenant, id),
    constraint jht_stated_withdrawn_by_fk foreign key (tenant, withdrawn_by) references user_account (tenant, id),
    constraint jht_stated_rupiah_positive check (rupiah >= 0),
    constraint jht_stated_withdrawn_whole check ((withdrawn_by is null) = (withdrawn_at_ms is null))
) strict, without rowid;

create index jht_stated_person on jht_stated (tenant, person);

-- Of what the list tells: 'accident'; none for a death, as all were before.
alter table death_notice add column kind text;
