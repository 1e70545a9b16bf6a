//! Seats, troubles and tellings in any order. Everybody here is invented.

use std::collections::BTreeMap;

use base::{Month, PersonName};
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn region(text: &str) -> RegionCode {
    RegionCode::parse(text).expect("a region")
}

fn card(number: u8, name: &str) -> Card {
    Card {
        id: Id::from_bytes([number; 16]),
        number: CardNumber::from_random([number; 9]),
        person: Id::from_bytes([number; 16]),
        programme: Id::from_bytes([1; 16]),
        name: PersonName::parse(name).expect("a name"),
        village: "Desa Rekaan".into(),
        occupation: None,
        paid_until: Month::parse("2024-12").expect("a month"),
        issued: day("2024-10-01"),
        copy: 1,
        state: CardState::Active,
    }
}

fn told(id: u8, card: u8, at_ms: i64) -> Handover {
    Handover {
        id: Id::from_bytes([id; 16]),
        day: Id::from_bytes([9; 16]),
        card: Some(Id::from_bytes([card; 16])),
        number: CardNumber::from_random([card; 9]),
        device: None,
        recipient: Recipient::Holder,
        proof: Proof::Signature,
        state: HandoverState::Conflict,
        is_accepted: false,
        trouble: None,
        steps: 0,
        told_at_ms: at_ms,
        at_ms,
        received_at_ms: at_ms,
        handed_by: Id::from_bytes([3; 16]),
    }
}

#[test]
fn seats_go_by_village_and_name_without_gaps() {
    let (ali, budi, citra) =
        (card(1, "Rekaan Ali"), card(2, "Rekaan Budi"), card(3, "Rekaan Citra"));
    let gone = Card { state: CardState::Revoked, ..card(4, "Rekaan Dewi") };
    let unpaid =
        Card { paid_until: Month::parse("2024-10").expect("a month"), ..card(5, "Rekaan Edi") };
    let (near, far) = (region("35.15.07.2001"), region("35.15.07.2002"));
    let placed = [(far, &ali), (near, &citra), (near, &gone), (near, &budi), (near, &unpaid)];
    let cards = placed.map(|(village, card)| (village, card.clone()));
    let seats = seated(&cards, day("2024-11-14"), 1);
    let found: Vec<_> = seats.iter().map(|seat| (seat.no, seat.card, seat.village)).collect();
    assert_eq!(found, [(1, budi.id, near), (2, citra.id, near), (3, ali.id, far)]);
    assert_eq!(seated(&cards[..1], day("2024-11-14"), 4)[0].no, 4);
}

#[test]
fn a_day_asked_for_again_is_the_same() {
    let (one, other) = (region("35.15.07.2001"), region("35.15.07.2002"));
    let id = |name, within: &[RegionCode]| {
        card_day_id(Id::from_bytes([1; 16]), day("2024-11-14"), name, within)
    };
    assert_eq!(id("Gedangan", &[one, other]), id("Gedangan", &[other, one, one]));
    assert_ne!(id("Gedangan", &[one]), id("Gedangan", &[other]));
    assert_ne!(id("Gedangan", &[one]), id("Gedangan 2", &[one]));
}

#[test]
fn regions_share_the_smallest_that_holds_them() {
    let of = |codes: &[&str]| {
        let regions: Vec<RegionCode> = codes.iter().map(|code| region(code)).collect();
        common_region(&regions).map(|found| found.to_string())
    };
    assert_eq!(of(&["35.15.07.2001"]).as_deref(), Some("35.15.07.2001"));
    assert_eq!(of(&["35.15.07.2001", "35.15.07.2002"]).as_deref(), Some("35.15.07"));
    assert_eq!(of(&["35.15.07.2001", "35.15.08"]).as_deref(), Some("35.15"));
    assert_eq!(of(&["35.15", "35.15.08.2001"]).as_deref(), Some("35.15"));
    assert_eq!(of(&[]), None);
}

#[test]
fn what_is_found_against_a_telling_in_its_order() {
    let good = Found { exists: true, is_of_day: true, ended_at_ms: None, closed_at_ms: None };
    for (found, at, received, expect) in [
        (good, 10, 20, None),
        (Found { exists: false, is_of_day: false, ..good }, 10, 20, Some(Trouble::Unknown)),
        (Found { is_of_day: false, ..good }, 10, 20, Some(Trouble::NotOfDay)),
        // Handed over before it was withdrawn: it was good when it was put into the hand.
        (Found { ended_at_ms: Some(15), ..good }, 10, 20, None),
        (Found { ended_at_ms: Some(10), ..good }, 10, 20, Some(Trouble::Ended)),
        (Found { ended_at_ms: Some(5), is_of_day: false, ..good }, 10, 20, Some(Trouble::Ended)),
        (Found { closed_at_ms: Some(15), ..good }, 10, 20, Some(Trouble::Late)),
        (Found { closed_at_ms: Some(20), ..good }, 10, 20, None),
    ] {
        assert_eq!(trouble_of(&found, at, received), expect, "{found:?}");
    }
}

#[test]
fn a_wrong_clock_is_set_right() {
    // The device is an hour ahead: 10:00 of its clock was 9:00.
    assert_eq!(set_right(36_000, 39_600, (0, 36_000)), 32_400);
    assert_eq!(set_right(10, 20, (0, 25)), 15);
    // Nothing happened before the day was made, nor after it was told.
    assert_eq!(set_right(10, 20, (18, 25)), 18);
    assert_eq!(set_right(99, 20, (18, 25)), 25);
    assert_eq!(set_right(i64::MAX, 0, (0, 25)), 25);
    assert_eq!(set_right(i64::MIN, i64::MAX, (18, 25)), 18);
}

#[test]
fn every_step_of_the_table_leads_where_it_says_and_no_other_does() {
    for state in HandoverState::ALL {
        for step in HandoverStep::ALL {
            let rows = TABLE.iter().filter(|(from, by, _)| (from, by) == (state, step));
            let to: Vec<_> = rows.map(|(_, _, to)| *to).collect();
            assert!(to.len() <= 1, "{state:?} {step:?}");
            assert_eq!(after(*state, *step), to.first().copied());
        }
    }
    let next = |state, trouble| {
        let one = Handover { state, trouble, ..told(1, 1, 1) };
        one.next().map(HandoverStep::name).collect::<Vec<_>>()
    };
    assert_eq!(next(HandoverState::Given, None), ["undo"]);
    assert_eq!(next(HandoverState::Conflict, None), ["accept", "dismiss"]);
    assert_eq!(next(HandoverState::Conflict, Some(Trouble::Late)), ["accept", "dismiss"]);
    // A card that is good no more is in no hand, whoever says so.
    assert_eq!(next(HandoverState::Conflict, Some(Trouble::Ended)), ["dismiss"]);
    assert_eq!(next(HandoverState::Conflict, Some(Trouble::Unknown)), ["dismiss"]);
    assert_eq!(next(HandoverState::Dismissed, None), ["reopen"]);
    assert!(next(HandoverState::Undone, None).is_empty());
}

/// A register of tellings in memory, as the real one applies them.
#[derive(Default)]
struct Register(BTreeMap<Id<kind::Handover>, Handover>);

impl Register {
    fn of_card(&self, card: Option<Id<kind::Card>>) -> Vec<Handover> {
        let own = |one: &&Handover| card.is_some() && one.card == card;
        self.0.values().filter(own).cloned().collect()
    }

    fn receive(&mut self, new: &Handover) {
        if self.0.contains_key(&new.id) {
            return;
        }
        let others = self.of_card(new.card);
        let (state, yields) = arrival(new, &others);
        for place in yields {
            self.step(others[place].id, HandoverStep::Yield);
        }
        self.0.insert(new.id, Handover { state, ..new.clone() });
        self.holds();
    }

    fn step(&mut self, id: Id<kind::Handover>, step: HandoverStep) {
        let one = self.0.get_mut(&id).expect("is there");
        one.state = after(one.state, step).expect("a step of the table");
        one.is_accepted = step == HandoverStep::Accept;
    }

    fn decide(&mut self, id: Id<kind::Handover>, step: HandoverStep) {
        let card = self.0[&id].card;
        if step == HandoverStep::Accept {
            for other in self.of_card(card) {
                if other.state == HandoverState::Given {
                    self.step(other.id, HandoverStep::Displace);
                }
            }
        }
        self.step(id, step);
        let all = self.of_card(card);
        for (place, step) in settle(&all) {
            self.step(all[place].id, step);
        }
        self.holds();
    }

    /// Never two of one card count, and none that may not.
    fn holds(&self) {
        let mut given: BTreeMap<Id<kind::Card>, u32> = BTreeMap::new();
        for one in self.0.values().filter(|one| one.state == HandoverState::Given) {
            *given.entry(one.card.expect("a card that somebody has")).or_default() += 1;
            assert!(one.trouble.is_none_or(Trouble::may_be_accepted));
        }
        assert!(given.values().all(|count| *count == 1), "{given:?}");
    }

    fn states(&self) -> Vec<(Id<kind::Handover>, HandoverState, Option<Trouble>)> {
        self.0.values().map(|one| (one.id, one.state, one.conflict())).collect()
    }
}

#[test]
fn the_earlier_of_two_counts_even_when_it_is_told_later() {
    let (first, second) = (told(1, 1, 900), told(2, 1, 1_000));
    let mut register = Register::default();
    register.receive(&second);
    assert_eq!(register.0[&second.id].state, HandoverState::Given);
    register.receive(&first);
    assert_eq!(register.0[&first.id].state, HandoverState::Given);
    assert_eq!(register.0[&second.id].conflict(), Some(Trouble::Twice));
    // A person knows better, and what comes later does not undo what they said.
    register.decide(second.id, HandoverStep::Accept);
    assert_eq!(register.0[&first.id].state, HandoverState::Dismissed);
    register.receive(&told(3, 1, 100));
    assert_eq!(register.0[&second.id].state, HandoverState::Given);
    // What counted was a mistake: the one that waits counts.
    register.decide(second.id, HandoverStep::Undo);
    assert_eq!(register.0[&Id::from_bytes([3; 16])].state, HandoverState::Given);
}

fn queues() -> impl Strategy<Value = Vec<Handover>> {
    let trouble = prop_oneof![
        6 => Just(None),
        1 => Just(Some(Trouble::Ended)),
        1 => Just(Some(Trouble::Unknown)),
        1 => Just(Some(Trouble::NotOfDay)),
        1 => Just(Some(Trouble::Late)),
    ];
    let one = (0u8..5, 0i64..20, trouble);
    prop::collection::vec(one, 1..24).prop_map(|all| {
        let made = all.into_iter().zip(1u8..).map(|((card, at, trouble), id)| {
            let known = trouble != Some(Trouble::Unknown);
            let one = told(id, card, at);
            Handover { trouble, card: one.card.filter(|_| known), ..one }
        });
        made.collect()
    })
}

proptest! {
    #[test]
    fn in_whatever_order_queues_come_the_same_counts(
        (tellings, order) in queues().prop_flat_map(|all| {
            // Everything in some order, and some of it told again.
            let places: Vec<usize> = (0..all.len()).chain(0..all.len() / 2).collect();
            (Just(all), Just(places).prop_shuffle())
        }),
    ) {
        let (mut plain, mut mixed) = (Register::default(), Register::default());
        tellings.iter().for_each(|one| plain.receive(one));
        order.iter().for_each(|place| mixed.receive(&tellings[*place]));
        prop_assert_eq!(plain.states(), mixed.states());
        prop_assert_eq!(mixed.0.len(), tellings.len(), "nothing is lost, nothing is doubled");
        // A card against whose tellings nothing is found is in exactly one hand.
        for card in 0u8..5 {
            let own = |one: &&Handover| one.card == Some(Id::from_bytes([card; 16]));
            let clean = tellings.iter().filter(own).any(|one| one.trouble.is_none());
            let given = mixed.0.values().filter(own);
            let given = given.filter(|one| one.state == HandoverState::Given).count();
            prop_assert_eq!(given, usize::from(clean));
        }
    }

    #[test]
    fn whatever_people_decide_never_two_of_one_card_count(
        tellings in queues(),
        decisions in prop::collection::vec((0usize..24, 0usize..4), 0..30),
    ) {
        let mut register = Register::default();
        let mut rest = tellings.iter();
        for (place, choice) in decisions {
            rest.next().into_iter().for_each(|one| register.receive(one));
            let Some(id) = register.0.keys().nth(place % register.0.len().max(1)).copied() else {
                continue;
            };
            let next: Vec<HandoverStep> = register.0[&id].next().collect();
            if let Some(step) = next.get(choice % next.len().max(1)) {
                register.decide(id, *step);
            }
        }
        rest.for_each(|one| register.receive(one));
    }
}
