-- Why: who holds which role, where and until when; what waits for other eyes, and what they said.
-- Step: expand.

create table role_grant (
    tenant integer not null,
    id blob not null,
    holder blob not null,
    role text not null,
    territory integer not null,
    org blob,
    first_day integer not null,
    last_day integer,
    granted_by blob not null,
    granted_at_ms integer not null,
    lent_by blob,
    glass_until_ms integer,
    reason text,
    ended_at_ms integer,
    ended_by blob,
    constraint role_grant_pk primary key (tenant, id),
    constraint role_grant_holder_fk foreign key (tenant, holder) references user_account (tenant, id),
    constraint role_grant_granted_by_fk foreign key (tenant, granted_by) references user_account (tenant, id),
    constraint role_grant_lent_by_fk foreign key (tenant, lent_by) references user_account (tenant, id),
    constraint role_grant_ended_by_fk foreign key (tenant, ended_by) references user_account (tenant, id),
    constraint role_grant_org_fk foreign key (tenant, org) references org (tenant, id),
    constraint role_grant_lent_to_another check (lent_by is null or lent_by <> holder),
    constraint role_grant_glass_says_why check (glass_until_ms is null or reason is not null),
    constraint role_grant_days_in_order check (last_day is null or first_day <= last_day)
) strict, without rowid;

create index role_grant_holder on role_grant (tenant, holder);

-- What one person puts forward and others decide; the record itself lies with its kind.
create table task (
    tenant integer not null,
    id blob not null,
    kind text not null,
    object blob not null,
    hash blob not null,
    content text not null,
    effect integer not null,
    approvers integer not null,
    maker blob not null,
    made_at_ms integer not null,
    expires_at_ms integer not null,
    state text not null,
    constraint task_pk primary key (tenant, id),
    constraint task_maker_unique unique (tenant, id, maker),
    constraint task_maker_fk foreign key (tenant, maker) references user_account (tenant, id),
    constraint task_approvers_positive check (approvers > 0),
    constraint task_state_known check (state in ('open', 'approved', 'returned', 'expired', 'withdrawn'))
) strict, without rowid;

create index task_waiting on task (tenant, state);

create index task_object on task (tenant, kind, object);

create table task_verdict (
    tenant integer not null,
    task blob not null,
    checker blob not null,
    maker blob not null,
    verdict text not null,
    hash_seen blob,
    reason text,
    given_at_ms integer not null,
    constraint task_verdict_pk primary key (tenant, task, checker),
    constraint task_verdict_maker_fk foreign key (tenant, task, maker) references task (tenant, id, maker),
    constraint task_verdict_checker_fk foreign key (tenant, checker) references user_account (tenant, id),
    constraint task_verdict_four_eyes check (maker <> checker),
    constraint task_verdict_known check (verdict in ('approve', 'return')),
    constraint task_verdict_says check ((verdict = 'approve') = (hash_seen is not null) and (verdict = 'return') = (reason is not null))
) strict, without rowid;
