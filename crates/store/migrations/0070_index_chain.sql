-- Why: the index key is followed by steps of a chain, and every transaction sees by how many steps the register goes
-- and by which key it came there: a program that goes by others would find nobody and register everybody twice. It
-- belongs to all regencies of a place, which compare their numbers.
-- Step: contract. An older program knows of no step and is refused.

create table index_chain (
    tenant integer not null,
    steps integer not null,
    newest text not null,
    constraint index_chain_pk primary key (tenant),
    constraint index_chain_steps_counted check (steps >= 0),
    constraint index_chain_newest_told check (length(newest) = case when steps = 0 then 0 else 16 end)
) strict, without rowid;
