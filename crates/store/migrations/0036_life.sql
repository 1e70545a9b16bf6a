-- Why: whoever a list wrongly calls dead lives: on which day somebody of the office knew so.
-- Step: expand.

-- A list of the dead of that day or before it is held against nobody who is here.
create table life_proof (
    tenant integer not null,
    nik_index blob not null,
    as_of integer not null,
    made_by blob not null,
    at_ms integer not null,
    constraint life_proof_pk primary key (tenant, nik_index, as_of),
    constraint life_proof_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id)
) strict, without rowid;
