//! Outreach on both engines: what is sealed, what is kept once, and the tables of steps that the
//! database holds too. Everybody here is invented.

use base::{Day, PersonName, Phone, RegionCode, Sex};
use domain::message::Agreement;
use domain::occupation::OccupationKey;
use domain::outreach::{
    Agent, AgentDetails, EVENT_TABLE, Event, EventState, EventStep, Hours, LEAD_TABLE, Lead,
    LeadDetails, LeadState, LeadStep, OutreachKind, OutreachKindKey, OutreachOf, OutreachTrait,
};

use super::world::{day, id, known, nik, org, person, rows_of, settle_in, user};
use crate::outreach::{self, Attendance, Attendee, EventStepKept, LeadStepKept};
use crate::people;
use crate::twin::both;

fn village() -> RegionCode {
    RegionCode::from_digits(6401052001, 4)
}

fn event(number: u32) -> Event {
    Event {
        id: id(11, number),
        code: format!("acara-{number}").into(),
        kind: OutreachKindKey::new("rembuk"),
        title: "Rembuk rekaan".into(),
        place: village(),
        venue: "Balai rekaan".into(),
        day: day("2022-10-01"),
        hours: Hours { from: 540, to: 690 },
        org: org().id,
        audience: vec![OccupationKey("nelayan".into()), OccupationKey("ojek".into())],
        facility: None,
        duty: None,
        agenda: "Manfaat\nCara mendaftar".into(),
        facilitators: vec!["Kenari Pembicara".into(), "Merpati Pembicara".into()],
        state: EventState::Planned,
        steps: 0,
        changed_at_ms: 5,
    }
}

fn lead(number: u32) -> Lead {
    Lead {
        id: id(12, number),
        event: Some(id(11, 1)),
        agent: None,
        place: village(),
        occupation: Some(OccupationKey("ojek".into())),
        sex: Some(Sex::Female),
        told_on: day("2022-10-01"),
        consent: Agreement::Signed,
        state: LeadState::New,
        steps: 0,
        person: None,
        registered_on: None,
        asked: None,
    }
}

fn details() -> LeadDetails {
    LeadDetails {
        name: PersonName::parse("Kenari Peminat").expect("a name"),
        phone: Phone::parse("081234509876"),
        village: "Desa Rekaan".into(),
        nik: Some(nik(77)),
        birth: Day::parse_iso("1962-08-17"),
    }
}

fn agent(number: u32) -> (Agent, AgentDetails) {
    let agent = Agent {
        id: id(13, number),
        code: format!("bhabin-{number}").into(),
        kind: OutreachKindKey::new("bhabinkamtibmas"),
        territory: village(),
        supervisor: None,
        account: Some(user(1).id),
        quota: Some(5),
        since: day("2022-09-01"),
        until: None,
    };
    let name = PersonName::parse("Kenari Agen").expect("a name");
    (agent, AgentDetails { name, phone: Phone::parse("081234509877") })
}

#[test]
fn an_event_is_kept_with_its_steps_and_its_speakers_sealed() {
    both(|store| {
        settle_in(store);
        let event = event(1);
        store.write(|tx| outreach::insert(tx, &event)).expect("is kept");
        assert_eq!(
            store.read(|tx| outreach::by_code(tx, "acara-1")).expect("reads"),
            Some(event.clone())
        );
        let again =
            store.write(|tx| outreach::insert(tx, &Event { id: id(11, 2), ..event.clone() }));
        assert!(again.expect_err("the same code").is_constraint("outreach_event_code_unique"));
        let moved = Event {
            day: day("2022-10-04"),
            facilitators: Vec::new(),
            steps: 1,
            state: EventState::Held,
            ..event
        };
        let step = EventStepKept {
            no: 1,
            step: EventStep::Hold,
            states: (EventState::Planned, EventState::Held),
            words: "Apakah iuran kembali?".into(),
            made_by: Some(user(1).id),
            at_ms: 9,
        };
        store.write(|tx| outreach::make_step(tx, &moved, &step)).expect("a step of the table");
        assert_eq!(store.read(outreach::list).expect("reads"), vec![moved.clone()]);
        assert_eq!(
            store.read(|tx| outreach::get(tx, moved.id)).expect("reads"),
            Some(moved.clone())
        );
        assert_eq!(
            store.read(|tx| outreach::steps(tx, moved.id)).expect("reads"),
            vec![step.clone()]
        );
        let wrong = EventStepKept {
            no: 2,
            states: (EventState::Held, EventState::Cancelled),
            step: EventStep::Cancel,
            ..step
        };
        let refused = store.write(|tx| outreach::make_step(tx, &moved, &wrong));
        assert!(refused.expect_err("no such step").is_constraint("outreach_event_step_known"));
    });
}

#[test]
fn the_database_has_the_tables_of_steps_too() {
    let row = |(from, by, to): (&str, &str, &str)| format!("{from} {by} {to}");
    let events = EVENT_TABLE.iter().map(|(a, b, c)| row((a.name(), b.name(), c.name())));
    let leads = LEAD_TABLE.iter().map(|(a, b, c)| row((a.name(), b.name(), c.name())));
    for (constraint, known) in [
        ("outreach_event_step_known", events.collect::<Vec<String>>()),
        ("outreach_lead_step_known", leads.collect()),
    ] {
        let mut known = known;
        known.sort();
        let text = include_str!("../../migrations/0035_outreach.sql");
        assert_eq!(rows_of(text, constraint), known, "{constraint}");
    }
}

#[test]
fn a_lead_is_sealed_registered_and_forgotten_with_the_person() {
    both(|store| {
        settle_in(store);
        store.write(|tx| people::insert_all(tx, &[person(1)], known())).expect("somebody");
        store.write(|tx| outreach::insert(tx, &event(1))).expect("is kept");
        store.write(|tx| outreach::insert_lead(tx, &lead(1), &details())).expect("is kept");
        let found = store.read(|tx| outreach::lead(tx, lead(1).id)).expect("reads");
        assert_eq!(found, Some((lead(1), Some(details()))));
        let half = Lead { state: LeadState::Registered, ..lead(1) };
        let refused = store.write(|tx| outreach::set_lead(tx, &half));
        assert!(refused.expect_err("nobody").is_constraint("outreach_lead_person_registered"));
        let registered = Lead {
            state: LeadState::Registered,
            steps: 1,
            person: Some(person(1).id),
            registered_on: Some(day("2022-10-20")),
            ..lead(1)
        };
        let step = LeadStepKept {
            no: 1,
            step: LeadStep::Register,
            states: (LeadState::New, LeadState::Registered),
            words: "".into(),
            made_by: None,
            at_ms: 7,
        };
        store.write(|tx| outreach::make_lead_step(tx, &registered, &step)).expect("a step");
        assert_eq!(
            store.read(|tx| outreach::lead_steps(tx, lead(1).id)).expect("reads"),
            vec![step]
        );
        let of_event = store.read(|tx| outreach::leads_of_event(tx, id(11, 1))).expect("reads");
        assert_eq!(of_event, vec![(registered.clone(), Some(details()))]);
        let gone = store.write(|tx| outreach::forget_leads_of(tx, person(1).id));
        assert_eq!(gone, Ok(1));
        assert_eq!(store.read(outreach::leads).expect("reads"), vec![(registered, None)]);
    });
}

#[test]
fn whoever_was_there_is_written_down_once() {
    both(|store| {
        settle_in(store);
        let event = event(1);
        store.write(|tx| outreach::insert(tx, &event)).expect("is kept");
        let one = Attendance {
            event: event.id,
            who: Attendee::Other([7; 16]),
            sex: Some(Sex::Male),
            at_ms: 3,
        };
        let write = |one: &Attendance| {
            store.write(|tx| outreach::attend(tx, one, user(1).id)).expect("is kept")
        };
        assert_eq!((write(&one), write(&one)), (true, false));
        let agent = Attendance { who: Attendee::Agent(id(13, 1)), sex: None, at_ms: 4, ..one };
        assert!(write(&agent));
        assert_eq!(
            store.read(|tx| outreach::attended(tx, event.id)).expect("reads"),
            vec![one, agent]
        );
        assert_eq!(store.read(outreach::attended_all).expect("reads").len(), 2);
    });
}

#[test]
fn agents_and_kinds_are_kept_and_changed() {
    both(|store| {
        settle_in(store);
        let (known, details) = agent(1);
        store.write(|tx| outreach::insert_agent(tx, &known, &details)).expect("is kept");
        let again = store.write(|tx| {
            outreach::insert_agent(tx, &Agent { id: id(13, 2), ..known.clone() }, &details)
        });
        assert!(again.expect_err("the same code").is_constraint("outreach_agent_code_unique"));
        let later = Agent { quota: None, until: Some(day("2023-01-01")), ..known };
        let details = AgentDetails { phone: None, ..details };
        store.write(|tx| outreach::set_agent(tx, &later, &details)).expect("is changed");
        let found = store.read(|tx| outreach::agent_by_code(tx, "bhabin-1")).expect("reads");
        assert_eq!(found, Some((later.clone(), details.clone())));
        assert_eq!(store.read(outreach::agents).expect("reads"), vec![(later.clone(), details)]);
        assert_eq!(store.read(|tx| outreach::leads_of_agent(tx, later.id)), Ok(Vec::new()));
        let kind = OutreachKind {
            of: OutreachOf::Event,
            key: OutreachKindKey::new("seminar"),
            name: "Seminar".into(),
            name_en: "Seminar".into(),
            traits: vec![OutreachTrait::Briefs],
        };
        store.write(|tx| outreach::insert_kind(tx, &kind)).expect("is kept");
        assert_eq!(store.read(outreach::kinds).expect("reads"), vec![kind.clone()]);
        let again = store.write(|tx| outreach::insert_kind(tx, &kind));
        assert!(again.expect_err("the same key").is_constraint("outreach_kind_pk"));
    });
}
