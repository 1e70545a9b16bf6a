-- Why: an act may tell of several records, so events are numbered a million apart for each act. A program that
-- numbers them one by one would put its own before those that are there, and they would be sent out of order.
-- And an annex belongs to a decree, whose number and day its office says once it is signed.
-- Step: contract. Nothing is taken away but the right of older programs to write beside it.

-- The newest counts; a number that was noted wrongly stays to be seen.
create table annex_decree (
    tenant integer not null,
    id blob not null,
    programme blob not null,
    annex integer not null,
    number text not null,
    day integer not null,
    noted_by blob not null,
    noted_at_ms integer not null,
    constraint annex_decree_pk primary key (tenant, programme, annex, id),
    constraint annex_decree_annex_fk foreign key (tenant, programme, annex) references annex (tenant, programme, number),
    constraint annex_decree_noted_by_fk foreign key (tenant, noted_by) references user_account (tenant, id)
) strict, without rowid;
