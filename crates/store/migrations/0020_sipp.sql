-- Why: files to BPJS in the layouts of SIPP, and its replies: who was sent, what was answered of whom,
-- and the participant numbers that replies gave.
-- Step: expand.

-- A participant number: sealed under the person's key, found by its keyed index.
create table participant_number (
    tenant integer not null,
    person blob not null,
    number_index blob not null,
    number blob not null,
    reply blob not null,
    recorded_at_ms integer not null,
    constraint participant_number_pk primary key (tenant, person),
    constraint participant_number_unique unique (tenant, number_index),
    constraint participant_number_person_fk foreign key (tenant, person) references person (tenant, id)
) strict, without rowid;

-- Under which employer's number the people of a territory are reported.
create table sipp_employer (
    tenant integer not null,
    programme blob not null,
    territory integer not null,
    npp text not null,
    name text not null,
    constraint sipp_employer_pk primary key (tenant, programme, territory),
    constraint sipp_employer_programme_fk foreign key (tenant, programme) references programme (tenant, id)
) strict, without rowid;

create table sipp_submission (
    tenant integer not null,
    id blob not null,
    programme blob not null,
    kind text not null,
    month integer not null,
    people integer not null,
    held integer not null,
    made_at_ms integer not null,
    made_by blob not null,
    constraint sipp_submission_pk primary key (tenant, id),
    constraint sipp_submission_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint sipp_submission_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint sipp_submission_kind_known check (kind in ('new', 'continuing', 'deactivation', 'roster', 'resubmission'))
) strict, without rowid;

create index sipp_submission_programme on sipp_submission (tenant, programme);

-- Who was sent, under which number, in which order.
create table sipp_submission_row (
    tenant integer not null,
    submission blob not null,
    person blob not null,
    npp text,
    rank integer not null,
    constraint sipp_submission_row_pk primary key (tenant, submission, person),
    constraint sipp_submission_row_submission_fk foreign key (tenant, submission) references sipp_submission (tenant, id),
    constraint sipp_submission_row_person_fk foreign key (tenant, person) references person (tenant, id)
) strict, without rowid;

create table sipp_reply (
    tenant integer not null,
    id blob not null,
    programme blob not null,
    hash blob not null,
    file_name text not null,
    received_on integer not null,
    received_at_ms integer not null,
    received_by blob not null,
    constraint sipp_reply_pk primary key (tenant, id),
    constraint sipp_reply_hash_unique unique (tenant, programme, hash),
    constraint sipp_reply_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint sipp_reply_received_by_fk foreign key (tenant, received_by) references user_account (tenant, id)
) strict, without rowid;

-- Every row of a reply with its one outcome; what it says is sealed under the reply's key.
create table sipp_reply_row (
    tenant integer not null,
    reply blob not null,
    sheet_index integer not null,
    row_no integer not null,
    outcome text not null,
    verdict text,
    reason text,
    person blob,
    said blob,
    constraint sipp_reply_row_pk primary key (tenant, reply, sheet_index, row_no),
    constraint sipp_reply_row_reply_fk foreign key (tenant, reply) references sipp_reply (tenant, id),
    constraint sipp_reply_row_person_fk foreign key (tenant, person) references person (tenant, id)
) strict, without rowid;

create index sipp_reply_row_person on sipp_reply_row (tenant, person);

-- Where somebody stands with BPJS in a programme. `month` is that of the file they were sent in,
-- `since` the day of the first rejection that still stands, `version` that of the record then.
create table sipp_standing (
    tenant integer not null,
    programme blob not null,
    person blob not null,
    state text not null,
    month integer not null,
    rejections integer not null,
    reason text,
    since integer,
    version integer,
    reply blob,
    changed_at_ms integer not null,
    constraint sipp_standing_pk primary key (tenant, programme, person),
    constraint sipp_standing_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint sipp_standing_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint sipp_standing_state_known check (state in ('sent', 'accepted', 'rejected', 'mended', 'resent'))
) strict, without rowid;
