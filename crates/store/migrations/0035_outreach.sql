-- Why: people are told what is paid and how to be registered: events with a place, a day and hours,
-- who was there, who wants in, and the agents who reach people where they live.
-- Step: expand.

-- Kinds of events and of agents that an office adds to those that come with the program.
create table outreach_kind (
    tenant integer not null,
    of_what text not null,
    kind text not null,
    name text not null,
    name_en text not null,
    traits text not null,
    constraint outreach_kind_pk primary key (tenant, of_what, kind),
    constraint outreach_kind_of_known check (of_what in ('event', 'agent'))
) strict, without rowid;

-- An event; who speaks at it is sealed under a key of the event.
create table outreach_event (
    tenant integer not null,
    id blob not null,
    code text not null,
    kind text not null,
    title text not null,
    place integer not null,
    venue text not null,
    day integer not null,
    starts integer not null,
    ends integer not null,
    org blob not null,
    audience text not null,
    facility blob,
    agreement blob,
    duty text,
    agenda text not null,
    state text not null,
    steps integer not null,
    changed_at_ms integer not null,
    details blob not null,
    constraint outreach_event_pk primary key (tenant, id),
    constraint outreach_event_code_unique unique (tenant, code),
    constraint outreach_event_org_fk foreign key (tenant, org) references org (tenant, id),
    constraint outreach_event_facility_fk foreign key (tenant, facility) references org (tenant, id),
    constraint outreach_event_agreement_fk foreign key (tenant, agreement) references agreement (tenant, id),
    constraint outreach_event_duty_named check ((agreement is null) = (duty is null)),
    constraint outreach_event_state_known check (state in ('planned', 'held', 'cancelled')),
    constraint outreach_event_hours_in_order check (starts >= 0 and starts < ends and ends <= 1440),
    constraint outreach_event_steps_counted check (steps >= 0)
) strict, without rowid;

create index outreach_event_day on outreach_event (tenant, day);

-- Every step of an event, in order; the constraint is the table of domain::outreach, row by row.
create table outreach_event_step (
    tenant integer not null,
    event blob not null,
    step_no integer not null,
    step text not null,
    state_before text not null,
    state_after text not null,
    made_by blob not null,
    at_ms integer not null,
    constraint outreach_event_step_pk primary key (tenant, event, step_no),
    constraint outreach_event_step_event_fk foreign key (tenant, event) references outreach_event (tenant, id),
    constraint outreach_event_step_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint outreach_event_step_known check (state_before || ' ' || step || ' ' || state_after in ('planned change planned', 'planned hold held', 'planned cancel cancelled', 'cancelled plan planned', 'held plan planned'))
) strict, without rowid;

-- Agents; who they are is sealed under a key of the agent.
create table outreach_agent (
    tenant integer not null,
    id blob not null,
    code text not null,
    kind text not null,
    territory integer not null,
    supervisor blob,
    account blob,
    quota integer,
    since integer not null,
    until integer,
    details blob not null,
    constraint outreach_agent_pk primary key (tenant, id),
    constraint outreach_agent_code_unique unique (tenant, code),
    constraint outreach_agent_supervisor_fk foreign key (tenant, supervisor) references org (tenant, id),
    constraint outreach_agent_account_fk foreign key (tenant, account) references user_account (tenant, id),
    constraint outreach_agent_quota_positive check (quota is null or quota > 0)
) strict, without rowid;

-- People who want in; who they are is sealed under a key of the lead.
create table outreach_lead (
    tenant integer not null,
    id blob not null,
    event blob,
    agent blob,
    place integer not null,
    occupation text,
    sex text,
    told_on integer not null,
    consent text not null,
    state text not null,
    steps integer not null,
    person blob,
    registered_on integer,
    asked blob,
    details blob not null,
    constraint outreach_lead_pk primary key (tenant, id),
    constraint outreach_lead_event_fk foreign key (tenant, event) references outreach_event (tenant, id),
    constraint outreach_lead_agent_fk foreign key (tenant, agent) references outreach_agent (tenant, id),
    constraint outreach_lead_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint outreach_lead_asked_fk foreign key (tenant, asked) references person (tenant, id),
    constraint outreach_lead_from_somewhere check (event is not null or agent is not null),
    constraint outreach_lead_consent_known check (consent in ('spoken', 'signed', 'thumb', 'chat')),
    constraint outreach_lead_state_known check (state in ('new', 'contacted', 'registered', 'refused', 'unreachable')),
    constraint outreach_lead_person_registered check ((person is not null) = (state = 'registered') and (registered_on is not null) = (state = 'registered')),
    constraint outreach_lead_steps_counted check (steps >= 0)
) strict, without rowid;

create index outreach_lead_event on outreach_lead (tenant, event);

create index outreach_lead_agent on outreach_lead (tenant, agent);

create index outreach_lead_person on outreach_lead (tenant, person);

-- Every step of a lead, in order; what the program does by itself is done by nobody.
create table outreach_lead_step (
    tenant integer not null,
    lead blob not null,
    step_no integer not null,
    step text not null,
    state_before text not null,
    state_after text not null,
    made_by blob,
    at_ms integer not null,
    constraint outreach_lead_step_pk primary key (tenant, lead, step_no),
    constraint outreach_lead_step_lead_fk foreign key (tenant, lead) references outreach_lead (tenant, id),
    constraint outreach_lead_step_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint outreach_lead_step_by_whom check (made_by is not null or step = 'register'),
    constraint outreach_lead_step_known check (state_before || ' ' || step || ' ' || state_after in ('new contact contacted', 'new register registered', 'new refuse refused', 'new miss unreachable', 'contacted contact contacted', 'contacted register registered', 'contacted refuse refused', 'contacted miss unreachable', 'refused contact contacted', 'refused register registered', 'unreachable contact contacted', 'unreachable register registered', 'registered reopen contacted'))
) strict, without rowid;

-- Who was at an event: a person of the register, a lead, an agent, or somebody who is only counted.
-- `attendee` is the identifier of the first three; else it says nothing and is the same each time.
create table outreach_attendance (
    tenant integer not null,
    event blob not null,
    attendee blob not null,
    what text not null,
    sex text,
    made_by blob not null,
    at_ms integer not null,
    constraint outreach_attendance_pk primary key (tenant, event, attendee),
    constraint outreach_attendance_event_fk foreign key (tenant, event) references outreach_event (tenant, id),
    constraint outreach_attendance_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint outreach_attendance_what_known check (what in ('person', 'lead', 'agent', 'other'))
) strict, without rowid;
