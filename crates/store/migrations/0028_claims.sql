-- Why: whoever is insured must get what the insurance owes: claims with their papers, people, steps
-- and review, and the lines of lists of the dead that were held against the members.
-- Step: expand.

-- Who told of it and what the benefit depends on is sealed under a key of the claim.
create table benefit_claim (
    tenant integer not null,
    id blob not null,
    person blob not null,
    kind text not null,
    event integer not null,
    reported integer not null,
    told text not null,
    occupation text,
    details blob,
    opened_by blob not null,
    opened_at_ms integer not null,
    state text not null,
    steps integer not null,
    granted integer,
    paid integer not null,
    constraint benefit_claim_pk primary key (tenant, id),
    constraint benefit_claim_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint benefit_claim_opened_by_fk foreign key (tenant, opened_by) references user_account (tenant, id),
    constraint benefit_claim_kind_known check (kind in ('jkm', 'jkk-death', 'jkk-total', 'jkk-partial', 'jkk-care', 'jht')),
    constraint benefit_claim_state_known check (state in ('open', 'incomplete', 'complete', 'proposed', 'approved', 'sent', 'granted', 'refused', 'paid', 'appealed', 'closed', 'withdrawn')),
    constraint benefit_claim_paid_positive check (paid >= 0 and steps >= 0)
) strict, without rowid;

create index benefit_claim_member on benefit_claim (tenant, person);

-- What was withdrawn may be claimed for anew.
create unique index benefit_claim_event_unique on benefit_claim (tenant, person, kind, event) where state <> 'withdrawn';

-- Every step of a claim, in order; the constraint is the table of domain::claim, row by row. A step
-- that a second person approved names both, and they are two.
create table benefit_claim_step (
    tenant integer not null,
    claim blob not null,
    step_no integer not null,
    step text not null,
    state_before text not null,
    state_after text not null,
    day integer not null,
    rupiah integer,
    receiver integer,
    reference text not null,
    made_by blob,
    maker blob,
    at_ms integer not null,
    constraint benefit_claim_step_pk primary key (tenant, claim, step_no),
    constraint benefit_claim_step_claim_fk foreign key (tenant, claim) references benefit_claim (tenant, id),
    constraint benefit_claim_step_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id),
    constraint benefit_claim_step_maker_fk foreign key (tenant, maker) references user_account (tenant, id),
    constraint benefit_claim_step_four_eyes check (step <> 'approve' or (maker is not null and made_by is not null and maker <> made_by)),
    constraint benefit_claim_step_amount check ((step in ('grant', 'pay')) = (rupiah is not null and rupiah > 0)),
    constraint benefit_claim_step_known check (state_before || ' ' || step || ' ' || state_after in ('open return incomplete', 'open complete complete', 'open withdraw withdrawn', 'incomplete complete complete', 'incomplete withdraw withdrawn', 'complete return incomplete', 'complete propose proposed', 'complete withdraw withdrawn', 'proposed approve approved', 'proposed turn-down incomplete', 'proposed lapse complete', 'approved send sent', 'approved withdraw withdrawn', 'sent grant granted', 'sent refuse refused', 'sent send-back incomplete', 'granted pay paid', 'granted appeal appealed', 'refused appeal appealed', 'refused close closed', 'paid pay paid', 'paid appeal appealed', 'paid close closed', 'appealed grant granted', 'appealed refuse refused'))
) strict, without rowid;

-- Papers that are at hand, by their keys in the rules.
create table benefit_claim_paper (
    tenant integer not null,
    claim blob not null,
    paper text not null,
    received_on integer not null,
    made_by blob not null,
    at_ms integer not null,
    constraint benefit_claim_paper_pk primary key (tenant, claim, paper),
    constraint benefit_claim_paper_claim_fk foreign key (tenant, claim) references benefit_claim (tenant, id),
    constraint benefit_claim_paper_made_by_fk foreign key (tenant, made_by) references user_account (tenant, id)
) strict, without rowid;

-- Heirs, and who paid the burial; who they are is sealed under the claim's key.
create table benefit_claim_person (
    tenant integer not null,
    claim blob not null,
    person_no integer not null,
    relation text not null,
    paid_burial integer not null,
    disagrees integer not null,
    details blob not null,
    constraint benefit_claim_person_pk primary key (tenant, claim, person_no),
    constraint benefit_claim_person_claim_fk foreign key (tenant, claim) references benefit_claim (tenant, id),
    constraint benefit_claim_person_no_positive check (person_no > 0)
) strict, without rowid;

-- Claims that are looked at once more, beside their way.
create table benefit_claim_review (
    tenant integer not null,
    claim blob not null,
    selected_at_ms integer not null,
    reviewed_by blob,
    reviewed_at_ms integer,
    constraint benefit_claim_review_pk primary key (tenant, claim),
    constraint benefit_claim_review_claim_fk foreign key (tenant, claim) references benefit_claim (tenant, id),
    constraint benefit_claim_review_by_fk foreign key (tenant, reviewed_by) references user_account (tenant, id),
    constraint benefit_claim_review_said check ((reviewed_by is null) = (reviewed_at_ms is null))
) strict, without rowid;

-- Lines of lists of the dead: who it is among the members, or who it may be.
create table death_notice (
    tenant integer not null,
    id blob not null,
    source text not null,
    as_of integer not null,
    event integer not null,
    person blob not null,
    score integer not null,
    levels blob,
    state text not null,
    details blob not null,
    received_at_ms integer not null,
    answered_by blob,
    answered_at_ms integer,
    constraint death_notice_pk primary key (tenant, id),
    constraint death_notice_person_fk foreign key (tenant, person) references person (tenant, id),
    constraint death_notice_answered_by_fk foreign key (tenant, answered_by) references user_account (tenant, id),
    constraint death_notice_state_known check (state in ('same', 'ask', 'confirmed', 'denied')),
    constraint death_notice_answered check ((answered_by is null) = (state in ('same', 'ask')))
) strict, without rowid;

create index death_notice_state on death_notice (tenant, state);
