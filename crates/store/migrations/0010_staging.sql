-- Why: a file waits while its sender looks at it: columns, corrections, answers; and long work is a
-- job that outlives the process that runs it.
-- Step: expand.

-- What the sender said so far of a file that is received and not decided. The counts are of the
-- last check, for lists of files; the decision counts anew.
create table sheet_stage (
    tenant integer not null,
    sheet blob not null,
    revision integer not null,
    rows_read integer not null,
    columns_said integer not null,
    tables_left_out text not null,
    decided_by blob,
    decided_at_ms integer,
    rows_ready integer,
    rows_to_fix integer,
    rows_warned integer,
    rows_repeated integer,
    rows_refused integer,
    constraint sheet_stage_pk primary key (tenant, sheet),
    constraint sheet_stage_sheet_fk foreign key (tenant, sheet) references sheet (tenant, id),
    constraint sheet_stage_decided_by_fk foreign key (tenant, decided_by) references user_account (tenant, id)
) strict, without rowid;

-- A cell as somebody corrected it; it goes before the cell of the file. `content` is sealed
-- under the key of the sheet, as its bytes are.
create table sheet_edit (
    tenant integer not null,
    sheet blob not null,
    sheet_index integer not null,
    row_no integer not null,
    field text not null,
    content blob not null,
    edited_by blob not null,
    edited_at_ms integer not null,
    constraint sheet_edit_pk primary key (tenant, sheet, sheet_index, row_no, field),
    constraint sheet_edit_sheet_fk foreign key (tenant, sheet) references sheet (tenant, id),
    constraint sheet_edit_edited_by_fk foreign key (tenant, edited_by) references user_account (tenant, id)
) strict, without rowid;

-- A question about a row that somebody answered: a warning accepted, two people told apart. The
-- reason is sealed, because people write names into reasons.
create table sheet_answer (
    tenant integer not null,
    sheet blob not null,
    sheet_index integer not null,
    row_no integer not null,
    code text not null,
    answer text not null,
    reason blob not null,
    answered_by blob not null,
    answered_at_ms integer not null,
    constraint sheet_answer_pk primary key (tenant, sheet, sheet_index, row_no, code),
    constraint sheet_answer_sheet_fk foreign key (tenant, sheet) references sheet (tenant, id),
    constraint sheet_answer_answered_by_fk foreign key (tenant, answered_by) references user_account (tenant, id),
    constraint sheet_answer_known check (answer in ('settled', 'ask'))
) strict, without rowid;

-- People of whom somebody said that they are not the namesake they look like.
create table person_apart (
    tenant integer not null,
    person blob not null,
    sheet blob not null,
    constraint person_apart_pk primary key (tenant, person),
    constraint person_apart_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint person_apart_sheet_fk foreign key (tenant, sheet) references sheet (tenant, id)
) strict, without rowid;

-- Work that takes longer than a page may. It passes: what it does is in the audit log, it is not.
create table job (
    tenant integer not null,
    id blob not null,
    kind text not null,
    subject blob not null,
    owner blob not null,
    state text not null,
    step text not null,
    done integer not null,
    total integer not null,
    code text not null,
    detail text not null,
    asked_at_ms integer not null,
    begun_at_ms integer,
    ended_at_ms integer,
    beat_at_ms integer,
    worker blob,
    tries integer not null,
    cancel integer not null,
    constraint job_pk primary key (tenant, id),
    constraint job_owner_fk foreign key (tenant, owner) references user_account (tenant, id),
    constraint job_state_known check (state in ('queued', 'running', 'done', 'failed', 'cancelled'))
) strict, without rowid;

create index job_state on job (tenant, state);
create index job_subject on job (tenant, subject);

create index sheet_org on sheet (tenant, org);
