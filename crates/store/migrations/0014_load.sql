-- Why: lists of a million people are read a page at a time, of whatever part somebody may see; acts
-- about one record are found without reading the whole log; rows of files are counted when they are
-- decided and not whenever somebody looks.
-- Step: expand.

create index person_village on person (tenant, place, id);

-- The index above begins as it did.
drop index person_place;

create index audit_object on audit (tenant, object, seq) where object is not null;

-- How many rows of a decided file have which outcome. A file that was decided by an earlier Payung
-- has none, and is counted row by row.
create table sheet_outcome (
    tenant integer not null,
    sheet blob not null,
    outcome text not null,
    superseded integer not null,
    found integer not null,
    constraint sheet_outcome_pk primary key (tenant, sheet, outcome, superseded),
    constraint sheet_outcome_sheet_fk foreign key (tenant, sheet) references sheet (tenant, id)
) strict, without rowid;
