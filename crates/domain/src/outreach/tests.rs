//! Events, their calendar, agents and leads. Everybody here is invented.

use base::{Day, Id, RegionCode};
use proptest::prelude::*;

use super::*;
use crate::message::Agreement;
use crate::occupation::OccupationKey;

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn region(text: &str) -> RegionCode {
    RegionCode::parse(text).expect("a region")
}

fn event(number: u8, on: &str, place: &str) -> Event {
    Event {
        id: Id::from_bytes([number; 16]),
        code: format!("acara-{number}").into(),
        kind: OutreachKindKey::new("rembuk"),
        title: "Rembuk warga rekaan".into(),
        place: region(place),
        venue: "Balai rekaan".into(),
        day: day(on),
        hours: Hours { from: 540, to: 690 },
        org: Id::from_bytes([100 + number % 3; 16]),
        audience: Vec::new(),
        facility: None,
        duty: None,
        agenda: "Manfaat JKK dan JKM".into(),
        facilitators: Vec::new(),
        state: EventState::Planned,
        steps: 0,
        changed_at_ms: 0,
    }
}

/// Every two of them that stand in each other's way.
fn clashes(events: &[Event], window_days: u32) -> Vec<Clash> {
    Calendar { events, kinds: &OutreachKinds::builtin(), window_days }.clashes()
}

#[test]
fn the_lists_that_come_with_payung_are_read() {
    let kinds = OutreachKinds::builtin();
    let briefing = kinds.find(OutreachOf::Event, "Bimtek").expect("a word for it");
    assert_eq!((&*briefing.key.0, briefing.has(OutreachTrait::Briefs)), ("pembekalan", true));
    assert!(kinds.has(&OutreachKindKey::new("kunjungan"), OutreachTrait::Visits));
    let rt = kinds.find(OutreachOf::Agent, "rt").expect("a word for it");
    assert_eq!((&*rt.key.0, &*rt.name), ("ketua_rt", "Ketua RT"));
    // One word may be of an event and of an agent.
    let one = "of\tk\tn\te\tt\tw\nevent\ta\tA\tA\t-\tsatu\nagent\ta\tA\tA\t-\tsatu\n";
    assert!(OutreachKinds::parse(one).is_ok());
    let twice = "of\tk\tn\te\tt\tw\nevent\ta\tA\tA\t-\tsatu\nevent\tb\tB\tB\t-\tSATU\n";
    assert_eq!(OutreachKinds::parse(twice).err(), Some(OutreachKindProblem(3)));
    let terms = OutreachTerms::default();
    assert_eq!((terms.effect_days, terms.window_days), (60, 7));
    assert_eq!(TermName::EffectDays.read("90"), Some(90));
    for wrong in ["0", "367", "-1", "enam puluh"] {
        assert_eq!(TermName::EffectDays.read(wrong), None, "{wrong}");
    }
}

#[test]
fn hours_are_read_as_offices_write_them() {
    for (text, expect) in [
        ("09.00-11.30", Some("09.00–11.30")),
        ("9:00 – 11:30", Some("09.00–11.30")),
        ("09.00 s.d. 11.30", Some("09.00–11.30")),
        ("22.00-24.00", Some("22.00–24.00")),
        ("11.30-09.00", None),
        ("09.00-25.00", None),
        ("09.61-10.00", None),
        ("pagi", None),
    ] {
        let read = hours_of(text).map(|hours| hours.to_string());
        assert_eq!(read.as_deref(), expect, "{text}");
    }
}

#[test]
fn what_no_event_can_say_is_refused() {
    let fits = || event(1, "2023-03-21", "34.71.01.1001");
    for (event, visits, expect) in [
        (fits(), false, Ok(())),
        (Event { code: "".into(), ..fits() }, false, Err(EventRefusal::CodeUnfit)),
        (Event { code: "../a".into(), ..fits() }, false, Err(EventRefusal::CodeUnfit)),
        (Event { title: " ".into(), ..fits() }, false, Err(EventRefusal::TextUnfit)),
        (Event { venue: "a\u{7}".into(), ..fits() }, false, Err(EventRefusal::TextUnfit)),
        (
            Event { agenda: "NIK 3471 0117 0862 0001".into(), ..fits() },
            false,
            Err(EventRefusal::TextHoldsNik),
        ),
        (fits(), true, Err(EventRefusal::FacilityUnfit)),
        (
            Event { facility: Some(Id::from_bytes([9; 16])), ..fits() },
            false,
            Err(EventRefusal::FacilityUnfit),
        ),
    ] {
        assert_eq!(event.check(visits), expect, "{event:?}");
    }
    // The two that need more than the event itself.
    assert_eq!(EventRefusal::DutyUnfit.name(), "EVENT_DUTY_UNFIT");
    assert_eq!(EventRefusal::HeldAhead.name(), "EVENT_HELD_AHEAD");
}

#[test]
fn nothing_follows_but_what_the_tables_say() {
    for state in EventState::ALL {
        for step in EventStep::ALL {
            let rows: Vec<_> =
                EVENT_TABLE.iter().filter(|(from, by, _)| (from, by) == (state, step)).collect();
            assert!(rows.len() < 2, "{state:?} {step:?}");
            assert_eq!(event_after(*state, *step), rows.first().map(|row| row.2));
        }
    }
    for state in LeadState::ALL {
        for step in LeadStep::ALL {
            let rows: Vec<_> =
                LEAD_TABLE.iter().filter(|(from, by, _)| (from, by) == (state, step)).collect();
            assert!(rows.len() < 2, "{state:?} {step:?}");
            assert_eq!(lead_after(*state, *step), rows.first().map(|row| row.2));
        }
        // Wherever a lead stands, the person may turn up.
        let registers = lead_after(*state, LeadStep::Register).is_some();
        assert_eq!(registers, *state != LeadState::Registered, "{state:?}");
    }
}

#[test]
fn events_stand_in_each_others_way() {
    let one = event(1, "2023-03-21", "34.71.01.1001");
    let nurse = vec![OccupationKey("bidan".into())];
    let driver = vec![OccupationKey("ojek".into())];
    let (clinic, pharmacy) = (Some(Id::from_bytes([7; 16])), Some(Id::from_bytes([8; 16])));
    let two = |on: &str, place: &str| event(2, on, place);
    for (other, expect) in [
        // The same village on the same day; the next day the two offices still invite the same.
        (two("2023-03-21", "34.71.01.1001"), Some(ClashWhy::Village)),
        (two("2023-03-28", "34.71.01.1001"), Some(ClashWhy::People)),
        (two("2023-03-29", "34.71.01.1001"), None),
        // Another village is another place; the whole city is everybody.
        (two("2023-03-21", "34.71.01.1002"), None),
        (two("2023-03-24", "34.71"), Some(ClashWhy::People)),
        // Who is briefed is an agent, and nobody of the village.
        (Event { kind: OutreachKindKey::new("pembekalan"), ..two("2023-03-24", "34.71") }, None),
        // The same office may invite twice.
        (Event { org: one.org, ..two("2023-03-24", "34.71") }, None),
        (Event { state: EventState::Cancelled, ..two("2023-03-21", "34.71.01.1001") }, None),
        (Event { facility: clinic, ..two("2023-03-24", "34.71.01.1001") }, None),
    ] {
        let found = clashes(&[one.clone(), other.clone()], 7);
        assert_eq!(found.first().map(|clash| clash.why), expect, "{other:?}");
    }
    let visit = |facility| Event { facility, ..one.clone() };
    let seen = |a: &Event, b: &Event| clashes(&[a.clone(), b.clone()], 7).first().map(|c| c.why);
    let other_org = |event: Event| Event { org: Id::from_bytes([55; 16]), ..event };
    assert_eq!(seen(&visit(clinic), &other_org(visit(clinic))), Some(ClashWhy::Facility));
    assert_eq!(seen(&visit(clinic), &other_org(visit(pharmacy))), None);
    let speaks = |name: &str, place: &str| Event {
        facilitators: vec![name.into()],
        ..event(3, "2023-03-21", place)
    };
    let (here, there) = ("34.71.01.1001", "34.71.02.1001");
    assert_eq!(
        seen(&speaks("Rekaan  Satu", here), &speaks("rekaan satu", there)),
        Some(ClashWhy::Facilitator)
    );
    let invites = |audience: &[OccupationKey]| Event {
        audience: audience.to_vec(),
        ..event(2, "2023-03-24", "34.71")
    };
    let nurses = Event { audience: nurse.clone(), ..one.clone() };
    assert_eq!(seen(&nurses, &invites(&nurse)), Some(ClashWhy::People));
    assert_eq!(seen(&nurses, &invites(&driver)), None);
    assert_eq!(seen(&nurses, &invites(&[])), Some(ClashWhy::People));
}

#[test]
fn only_later_registrations_are_an_effect() {
    let told = day("2023-03-21");
    for (registered, expect) in [
        ("2023-03-20", false),
        ("2023-03-21", true),
        // 10 days of March, 30 of April, 20 of May: the sixtieth.
        ("2023-05-20", true),
        ("2023-05-21", false),
    ] {
        assert_eq!(counts_within(told, day(registered), 60), expect, "{registered}");
    }
    let lead = Lead {
        id: Id::from_bytes([1; 16]),
        event: None,
        agent: None,
        place: region("34.71.01.1001"),
        occupation: None,
        sex: None,
        told_on: told,
        consent: Agreement::Spoken,
        state: LeadState::Registered,
        steps: 1,
        person: Some(Id::from_bytes([2; 16])),
        registered_on: Some(day("2023-05-21")),
        asked: None,
    };
    let mut effect = Effect::default();
    effect.count(&lead, told, 60);
    effect.count(&Lead { registered_on: Some(told), ..lead.clone() }, told, 60);
    let open = Lead { state: LeadState::New, person: None, registered_on: None, ..lead };
    effect.count(&open, told, 60);
    assert_eq!(effect, Effect { attended: 0, leads: 3, new: 1, registered: 2, within: 1 });
}

#[test]
fn agents_work_from_a_day_until_another() {
    let agent = Agent {
        id: Id::from_bytes([1; 16]),
        code: "bhabin-kricak".into(),
        kind: OutreachKindKey::new("bhabinkamtibmas"),
        territory: region("34.71.01.1001"),
        supervisor: None,
        account: None,
        quota: Some(5),
        since: day("2023-03-01"),
        until: Some(day("2023-06-01")),
    };
    let works =
        ["2023-02-28", "2023-03-01", "2023-05-31", "2023-06-01"].map(|on| agent.works_on(day(on)));
    assert_eq!(works, [false, true, true, false]);
}

fn any_event() -> impl Strategy<Value = Event> {
    let places = prop::sample::select(vec![
        "34.71",
        "34.71.01",
        "34.71.02",
        "34.71.01.1001",
        "34.71.01.1002",
        "34.71.02.1001",
    ]);
    let works = prop::collection::vec(prop::sample::select(vec!["ojek", "bidan", "nelayan"]), 0..3);
    let speakers = prop::collection::vec(prop::sample::select(vec!["A Rekaan", "B Rekaan"]), 0..2);
    let facility = prop::option::of(1u8..4);
    let states = prop::sample::select(EventState::ALL.to_vec());
    (1u8..=250, 0i32..40, places, works, speakers, facility, states).prop_map(
        |(number, ahead, place, works, speakers, facility, state)| Event {
            day: day("2023-03-01").plus_days(ahead),
            audience: works.into_iter().map(|key| OccupationKey(key.into())).collect(),
            facilitators: speakers.into_iter().map(Box::from).collect(),
            facility: facility.map(|number| Id::from_bytes([number; 16])),
            state,
            ..event(number, "2023-03-01", place)
        },
    )
}

proptest! {
    /// What stands in the way of one has that one in its way, and for the same reason.
    #[test]
    fn clashes_are_of_two(one in any_event(), other in any_event(), window in 0u32..15) {
        let why = |a: &Event, b: &Event| clashes(&[a.clone(), b.clone()], window);
        let (there, back) = (why(&one, &other), why(&other, &one));
        prop_assert_eq!(there.iter().map(|c| c.why).collect::<Vec<_>>(), back.iter().map(|c| c.why).collect::<Vec<_>>());
        let (kinds, others) = (OutreachKinds::builtin(), std::slice::from_ref(&other));
        let calendar = Calendar { events: others, kinds: &kinds, window_days: window };
        let asked = calendar.clashes_of(&one.candidate(&kinds), one.day, None);
        if one.stands() {
            prop_assert_eq!(asked.len(), there.len());
        }
    }

    /// A day that is offered is open and has no clash; an open day before the last that is not
    /// offered has one.
    #[test]
    fn free_days_have_no_clash(
        asked in any_event(),
        events in prop::collection::vec(any_event(), 0..25),
        window in 0u32..15,
    ) {
        let is_open = |day: Day| day.day() % 7 != 0;
        let kinds = OutreachKinds::builtin();
        let candidate = asked.candidate(&kinds);
        let calendar = Calendar { events: &events, kinds: &kinds, window_days: window };
        let from = day("2023-03-01");
        let free = calendar.free_days((&candidate, None), from, (10, is_open));
        for offered in &free {
            prop_assert!(is_open(*offered));
            let placed = Event { day: *offered, state: EventState::Planned, id: Id::from_bytes([255; 16]), ..asked.clone() };
            let mut all = events.clone();
            all.push(placed);
            let last = all.len() - 1;
            prop_assert!(clashes(&all, window).iter().all(|clash| clash.pair.1 != last));
        }
        if let Some(last) = free.last() {
            for ahead in 0..from.days_until(*last) {
                let other = from.plus_days(ahead);
                let met = calendar.clashes_of(&candidate, other, None);
                prop_assert_eq!(free.contains(&other), is_open(other) && met.is_empty());
            }
        }
    }
}
