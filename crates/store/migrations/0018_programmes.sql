-- Why: a fund knows its year and how its ceiling came about; a programme says as what people are
-- insured, how many places it has, in which order they are given and who must be in it; and whoever
-- is left out of a list, or won against another programme, is kept with the reason.
-- Step: expand.

alter table fund add column year integer;

alter table fund add column account text;

alter table fund add column earmark text;

-- Another ceiling, put forward; the task of the same number says whether others approved it.
create table fund_revision (
    tenant integer not null,
    id blob not null,
    fund blob not null,
    ceiling_before integer not null,
    ceiling_after integer not null,
    basis text not null,
    effective integer not null,
    reason text not null,
    made_by blob not null,
    made_at_ms integer not null,
    constraint fund_revision_pk primary key (tenant, id),
    constraint fund_revision_fund_fk foreign key (tenant, fund) references fund (tenant, id),
    constraint fund_revision_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint fund_revision_not_negative check (ceiling_after >= 0),
    constraint fund_revision_changes check (ceiling_before <> ceiling_after)
) strict, without rowid;

create index fund_revision_fund on fund_revision (tenant, fund, made_at_ms);

create index programme_fund on programme (tenant, fund);

-- Which programmes have accepted somebody.
create index enlistment_person on enlistment (tenant, person, programme);

-- What is laid down for a programme, in the words in which people write it.
alter table programme add column basis text;

alter table programme add column segments text;

alter table programme add column quota integer;

alter table programme add column mandate_from integer;

alter table programme add column mandate_basis text;

alter table programme add column priority text;

alter table programme add column age_from integer;

alter table programme add column age_to integer;

alter table programme add column decile integer;

alter table programme add column targets text;

alter table reference_entry add column decile integer;

-- Who was left out of a list and why, and against which programme somebody on it won.
create table proposal_note (
    tenant integer not null,
    proposal blob not null,
    note_no integer not null,
    person blob not null,
    reason text not null,
    as_of integer,
    other_programme blob,
    overlap_rule text,
    constraint proposal_note_pk primary key (tenant, proposal, note_no),
    constraint proposal_note_proposal_fk foreign key (tenant, proposal) references proposal (tenant, id),
    constraint proposal_note_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint proposal_note_programme_fk foreign key (tenant, other_programme) references programme (tenant, id)
) strict, without rowid;

create index proposal_note_person on proposal_note (tenant, person);
