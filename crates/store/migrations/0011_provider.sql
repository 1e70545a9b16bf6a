-- Why: somebody may come in through an identity provider of the office, and hold for a day what
-- its groups stand for.
-- Step: expand.

-- How a login began: whoever proved two factors to the provider is not asked for a second here.
alter table session add column entry text not null default 'password' constraint session_entry_known check (entry in ('password', 'provider', 'provider-two-factors'));

-- A role that follows from a group of the provider, and the approved task that says so.
create table provided_grant (
    tenant integer not null,
    id blob not null,
    task blob not null,
    constraint provided_grant_pk primary key (tenant, id),
    constraint provided_grant_id_fk foreign key (tenant, id) references role_grant (tenant, id),
    constraint provided_grant_task_fk foreign key (tenant, task) references task (tenant, id)
) strict, without rowid;

create index external_login_holder on external_login (tenant, holder);
