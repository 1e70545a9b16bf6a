-- Why: programs act in the name of people: by a token of a grant, and no act twice for one key.
-- Step: expand.

-- Only the hash of what the program keeps. It reaches what its grant reaches, narrowed to operations.
create table api_token (
    tenant integer not null,
    id blob not null,
    token blob not null,
    holder blob not null,
    role_grant blob not null,
    name text not null,
    operations text not null,
    made_at_ms integer not null,
    ends_at_ms integer not null,
    ended_at_ms integer,
    constraint api_token_pk primary key (tenant, id),
    constraint api_token_token_unique unique (tenant, token),
    constraint api_token_holder_fk foreign key (tenant, holder) references user_account (tenant, id),
    constraint api_token_grant_fk foreign key (tenant, role_grant) references role_grant (tenant, id)
) strict, without rowid;

create index api_token_holder on api_token (tenant, holder);

-- Apart from the token, because using one is no act.
create table api_token_use (
    tenant integer not null,
    api_token blob not null,
    used_at_ms integer not null,
    constraint api_token_use_pk primary key (tenant, api_token),
    constraint api_token_use_token_fk foreign key (tenant, api_token) references api_token (tenant, id)
) strict, without rowid;

-- What a program asked for under a key of its own, by the hash of the key. `acted_at_ms` is written
-- in the transaction of the act, `status` and `answer` after it. It holds no identity.
create table api_request (
    tenant integer not null,
    holder blob not null,
    request_key blob not null,
    payload blob not null,
    claim blob not null,
    claimed_at_ms integer not null,
    acted_at_ms integer,
    status integer,
    answer text,
    constraint api_request_pk primary key (tenant, holder, request_key),
    constraint api_request_holder_fk foreign key (tenant, holder) references user_account (tenant, id)
) strict, without rowid;

create index api_request_age on api_request (tenant, claimed_at_ms);
