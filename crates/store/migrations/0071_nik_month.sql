-- Why: two regencies that had registered one citizen could both pay for one month; that both held the number was only
-- shown. A month of a number is now claimed before its bill is made final, and whoever came first has it (0052).
-- Step: expand.

-- Who pays for which month of which number: one row for each, of all regencies, and the only thing that they share. It
-- belongs to nobody and can lie in parts by its number on several servers: every statement about it is plain, finds its
-- rows by number and month, may be done twice, and waits for no other part.
create table nik_month (
    nik_index blob not null,
    month integer not null,
    tenant integer not null,
    turn integer not null,
    state text not null,
    until_ms integer not null,
    constraint nik_month_pk primary key (nik_index, month),
    constraint nik_month_state_known check (state in ('reserved', 'confirmed'))
) strict, without rowid;

create index nik_month_month on nik_month (month, tenant);

-- What a regency holds there, or has to do there: its own side, in its own transactions. A turn counts how often the
-- regency let the month go, so that what comes late is about a turn that is over.
create table nik_hold (
    tenant integer not null,
    nik_index blob not null,
    month integer not null,
    turn integer not null,
    state text not null,
    constraint nik_hold_pk primary key (tenant, nik_index, month),
    constraint nik_hold_state_known check (state in ('waiting', 'reserved', 'confirmed', 'lost', 'leaving', 'free'))
) strict, without rowid;

create index nik_hold_month on nik_hold (tenant, month, nik_index);

create index nik_hold_open on nik_hold (tenant, month, nik_index) where state in ('waiting', 'reserved', 'lost', 'leaving');
