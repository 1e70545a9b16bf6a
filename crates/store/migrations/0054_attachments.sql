-- Why: a letter, a receipt or a photo that proves something was a word about where it lies; now it is kept itself.
-- Step: expand.

-- The file is sealed under the key of the record it belongs to; nobody of the office made it where its sender did.
create table attachment (
    tenant integer not null,
    id blob not null,
    of_what text not null,
    record blob not null,
    part text not null,
    media text not null,
    size_bytes integer not null,
    made_by blob,
    at_ms integer not null,
    content blob not null,
    constraint attachment_pk primary key (tenant, id),
    constraint attachment_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint attachment_of_known check (of_what in ('message', 'claim', 'handover')),
    constraint attachment_media_known check (media in ('jpeg', 'png', 'pdf')),
    constraint attachment_size_positive check (size_bytes > 0)
) strict, without rowid;

create index attachment_record on attachment (tenant, record);
