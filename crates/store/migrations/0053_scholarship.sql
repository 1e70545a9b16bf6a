-- Why: a scholarship is asked for and paid year by year, long after the claim it follows is closed.
-- Step: expand.

-- A child's school year of which somebody has made a step; the plan itself is derived from the claim.
create table scholarship_year (
    tenant integer not null,
    id blob not null,
    claim blob not null,
    person_no integer not null,
    school_year integer not null,
    class text,
    state text not null,
    steps integer not null,
    computed integer,
    paid integer not null,
    cause text,
    constraint scholarship_year_pk primary key (tenant, id),
    constraint scholarship_year_claim_fk foreign key (tenant, claim) references benefit_claim (tenant, id),
    constraint scholarship_year_unique unique (tenant, claim, person_no, school_year),
    constraint scholarship_year_state_known check (state in ('due', 'asked', 'approved', 'sent', 'returned', 'paid', 'ended')),
    constraint scholarship_year_cause_known check (cause is null or cause in ('married', 'working', 'left-school', 'died', 'refused')),
    constraint scholarship_year_ended check ((state = 'ended') = (cause is not null)),
    constraint scholarship_year_paid_positive check (paid >= 0 and steps >= 0)
) strict, without rowid;

-- Every step, in order; the constraint is the table of domain::scholarship, row by row. A step that a
-- second person approved names both, and they are two.
create table scholarship_step (
    tenant integer not null,
    school_year blob not null,
    step_no integer not null,
    step text not null,
    state_before text not null,
    state_after text not null,
    day integer not null,
    class text,
    rupiah integer,
    cause text,
    reference text not null,
    made_by blob,
    maker blob,
    at_ms integer not null,
    constraint scholarship_step_pk primary key (tenant, school_year, step_no),
    constraint scholarship_step_year_fk foreign key (tenant, school_year) references scholarship_year (tenant, id),
    constraint scholarship_step_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint scholarship_step_maker_fk foreign key (tenant, maker) references user_account (tenant, id),
    constraint scholarship_step_four_eyes check (step <> 'approve' or (maker is not null and made_by is not null and maker <> made_by)),
    constraint scholarship_step_amount check ((step in ('ask', 'pay')) = (rupiah is not null and rupiah > 0)),
    constraint scholarship_step_class check ((step in ('place', 'ask')) = (class is not null)),
    constraint scholarship_step_cause check ((step = 'end') = (cause is not null)),
    constraint scholarship_step_known check (state_before || ' ' || step || ' ' || state_after in ('due place due', 'due ask asked', 'due end ended', 'asked approve approved', 'asked turn-down returned', 'asked lapse due', 'approved send sent', 'approved end ended', 'sent send-back returned', 'sent pay paid', 'returned ask asked', 'returned end ended', 'paid pay paid', 'ended reopen due'))
) strict, without rowid;
