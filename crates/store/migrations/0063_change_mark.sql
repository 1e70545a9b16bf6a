-- Why: pages keep what only an act changes. After an act they read anew what it changed, and not everything.
-- Step: contract. Nothing is taken away but the right of older programs to write beside it: they would not mark.

-- Which act changed a record last: its place in the log. Of small tables one mark stands for all of it.
create table change_mark (
    tenant integer not null,
    table_name text not null,
    record blob not null,
    act integer not null,
    constraint change_mark_pk primary key (tenant, table_name, record)
) strict, without rowid;

create index change_mark_act on change_mark (tenant, table_name, act);
