-- Why: the index key is followed by steps of a chain, and every transaction sees by how many steps the register goes:
-- a program that goes by fewer would find nobody and register everybody twice. It belongs to all regencies of a place,
-- which compare their numbers.
-- Step: contract. An older program knows of no step and is refused.

create table index_chain (
    tenant integer not null,
    steps integer not null,
    constraint index_chain_pk primary key (tenant),
    constraint index_chain_steps_counted check (steps >= 0)
) strict, without rowid;
