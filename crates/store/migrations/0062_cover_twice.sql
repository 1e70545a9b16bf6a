-- Why: two records that turned out to be one human were counted as two in every month that both were paid for. The
-- money stays as it was paid; of such months one counts, and the others are marked with since when and until when.
-- Step: contract. Nothing is taken away but the right of older programs to write beside it: they would not mark.

create table cover_twice (
    tenant integer not null,
    person blob not null,
    scheme text not null,
    month integer not null,
    transfer blob not null,
    from_ms integer not null,
    until_ms integer,
    programme blob not null,
    place integer,
    occupation text,
    sex text,
    age_from integer,
    constraint cover_twice_pk primary key (tenant, person, scheme, month, transfer, from_ms),
    constraint cover_twice_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint cover_twice_transfer_fk foreign key (tenant, transfer) references transfer (tenant, id),
    constraint cover_twice_until check (until_ms >= from_ms)
) strict, without rowid;

create index cover_twice_transfer on cover_twice (tenant, transfer);
