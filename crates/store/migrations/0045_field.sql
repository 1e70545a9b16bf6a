-- Why: agents register people where there is no network: the telephones they prepared, what these sent, what was sent
-- twice and is not the same, and the photos kept as evidence. A record is a row of a received file; how it stands
-- follows from that row and is kept nowhere else.
-- Step: expand.

-- A prepared telephone; its label and the office's half of its key are sealed under a key of the device.
create table field_device (
    tenant integer not null,
    id blob not null,
    agent blob not null,
    account blob not null,
    api_token blob not null,
    programme blob not null,
    prepared_at_ms integer not null,
    ends_at_ms integer not null,
    ended_at_ms integer,
    wipes integer not null,
    details blob not null,
    constraint field_device_pk primary key (tenant, id),
    constraint field_device_token_unique unique (tenant, api_token),
    constraint field_device_agent_fk foreign key (tenant, agent) references outreach_agent (tenant, id),
    constraint field_device_account_fk foreign key (tenant, account) references user_account (tenant, id),
    constraint field_device_token_fk foreign key (tenant, api_token) references api_token (tenant, id),
    constraint field_device_programme_fk foreign key (tenant, programme) references programme (tenant, id),
    constraint field_device_hours check (ends_at_ms > prepared_at_ms and ends_at_ms - prepared_at_ms <= 259200000),
    constraint field_device_wipes_ended check (wipes = 0 or (wipes = 1 and ended_at_ms is not null))
) strict, without rowid;

-- What a device sent under a number that it made; who it is about is sealed under a key of the record.
create table field_record (
    tenant integer not null,
    id blob not null,
    agent blob not null,
    device blob not null,
    content blob not null,
    place integer not null,
    consent text not null,
    apart integer not null,
    device_at_ms integer not null,
    at_ms integer not null,
    received_at_ms integer not null,
    sheet blob not null,
    row_no integer not null,
    closed_by blob,
    closed_at_ms integer,
    details blob not null,
    constraint field_record_pk primary key (tenant, id),
    constraint field_record_agent_fk foreign key (tenant, agent) references outreach_agent (tenant, id),
    constraint field_record_device_fk foreign key (tenant, device) references field_device (tenant, id),
    constraint field_record_sheet_fk foreign key (tenant, sheet) references sheet (tenant, id),
    constraint field_record_closed_by_fk foreign key (tenant, closed_by) references user_account (tenant, id),
    constraint field_record_consent_known check (consent in ('spoken', 'signed', 'thumb', 'chat')),
    constraint field_record_apart_known check (apart in (0, 1)),
    constraint field_record_closed check ((closed_by is null) = (closed_at_ms is null))
) strict, without rowid;

create index field_record_row on field_record (tenant, sheet, row_no);

create index field_record_agent on field_record (tenant, agent, received_at_ms);

-- Something else that came under the number of a record that was taken in: kept for a person to look at.
create table field_conflict (
    tenant integer not null,
    record blob not null,
    content blob not null,
    device blob not null,
    place integer not null,
    at_ms integer not null,
    received_at_ms integer not null,
    settled_by blob,
    settled_at_ms integer,
    details blob not null,
    constraint field_conflict_pk primary key (tenant, record, content),
    constraint field_conflict_record_fk foreign key (tenant, record) references field_record (tenant, id),
    constraint field_conflict_device_fk foreign key (tenant, device) references field_device (tenant, id),
    constraint field_conflict_settled_by_fk foreign key (tenant, settled_by) references user_account (tenant, id),
    constraint field_conflict_settled check ((settled_by is null) = (settled_at_ms is null))
) strict, without rowid;

-- The photo of a card, as evidence; sealed under the key of its record.
create table field_photo (
    tenant integer not null,
    record blob not null,
    size_bytes integer not null,
    received_at_ms integer not null,
    content blob not null,
    constraint field_photo_pk primary key (tenant, record),
    constraint field_photo_record_fk foreign key (tenant, record) references field_record (tenant, id)
) strict, without rowid;
