-- Why: a reason that an officer types often names somebody, so its words are sealed as names are,
-- apart from the record that they belong to.
-- Step: contract. An older program would read empty reasons and write new ones in the clear.

-- Words by whose they are (a list, a task, a role, a ceiling, an agreement, a line of the audit log)
-- and what they are of it; sealed under the key of that record. Where a text was before, it stays
-- empty from now on: what earlier programs wrote there is sealed and taken out by the program, which
-- has the keys.
create table reason (
    tenant integer not null,
    record blob not null,
    part text not null,
    words blob not null,
    constraint reason_pk primary key (tenant, record, part)
) strict, without rowid;

-- What is still in the clear.
create index proposal_clear on proposal (tenant, id) where reason <> '';

create index task_clear on task (tenant, id) where kind = 'revision' and content <> '';

create index task_verdict_clear on task_verdict (tenant, task, checker) where reason <> '';

create index role_grant_clear on role_grant (tenant, id) where reason <> '';

create index fund_revision_clear on fund_revision (tenant, id) where reason <> '';

create index agreement_version_clear on agreement_version (tenant, agreement, version) where reason <> '';
