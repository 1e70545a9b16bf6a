//! Card days, on both engines: seats that follow a reprint, tellings and their steps, the table
//! that the database holds too, and that no card is in two hands. Everybody here is invented.

use base::{Id, RegionCode};
use domain::card::{Card, CardNumber, CardState};
use domain::card_day::{
    CardDay, Handover, HandoverState, HandoverStep, Proof, Recipient, Seat, TABLE, Trouble,
};

use super::world::{changes, day, id, month, person, programme, rows_of, settle_in, sheet, user};
use crate::card_days::{self, HandoverStepKept};
use crate::people::Known;
use crate::twin::both;
use crate::{Store, cards, enrolment, sheets};

fn held() -> CardDay {
    CardDay {
        id: id(20, 1),
        name: "Hari kartu rekaan".into(),
        place: "Balai desa".into(),
        programme: programme(1).id,
        territory: RegionCode::from_digits(6401052001, 4),
        day: day("2022-11-14"),
        made_by: user(1).id,
        made_at_ms: 1_000,
        closed_at_ms: None,
    }
}

fn card(of: u32, byte: u8, copy: u32) -> Card {
    Card {
        id: Id::from_bytes([byte; 16]),
        number: CardNumber::from_random([byte; 9]),
        person: person(of).id,
        programme: programme(1).id,
        name: person(of).name,
        village: "Desa Rekaan".into(),
        occupation: None,
        paid_until: month("2022-12"),
        issued: day("2022-10-24"),
        copy,
        state: CardState::Active,
    }
}

fn seat(no: u32, card: &Card) -> Seat {
    Seat { no, card: card.id, village: RegionCode::from_digits(6401052001, 4) }
}

fn told(number: u32, card: &Card, state: HandoverState) -> Handover {
    Handover {
        id: id(21, number),
        day: held().id,
        card: Some(card.id),
        number: card.number,
        device: Some(id(22, 1)),
        recipient: Recipient::Spouse,
        proof: Proof::Thumb,
        state,
        is_accepted: false,
        trouble: None,
        steps: 0,
        told_at_ms: 2_000,
        at_ms: 1_900,
        received_at_ms: 3_000,
        handed_by: user(1).id,
    }
}

fn furnished(store: &Store) {
    settle_in(store);
    let known = Known { at_ms: 1, valid_from: day("2022-09-20") };
    let both = [card(1, 40, 1), card(2, 90, 1)];
    store
        .write(|tx| {
            sheets::insert(tx, &sheet(1), b"csv")?;
            enrolment::apply(tx, sheet(1).id, &changes(1..3), known)?;
            cards::insert_all(tx, &both)?;
            card_days::insert_day(tx, &held(), &[seat(1, &both[0]), seat(2, &both[1])])
        })
        .expect("is kept");
}

#[test]
fn a_seat_is_that_of_whoever_got_another_card_too() {
    both(|store| {
        furnished(store);
        let read = |id| store.read(|tx| card_days::day(tx, id)).expect("reads");
        assert_eq!((read(held().id), read(id(20, 9))), (Some(held()), None));
        let new = card(1, 41, 2);
        store
            .write(|tx| {
                cards::set_state(tx, card(1, 40, 1).id, CardState::Replaced)?;
                cards::insert_all(tx, std::slice::from_ref(&new))
            })
            .expect("is kept");
        let old = Card { state: CardState::Replaced, ..card(1, 40, 1) };
        let seats = store.read(|tx| card_days::seats(tx, held().id)).expect("reads");
        let found: Vec<(u32, Vec<Card>)> =
            seats.into_iter().map(|one| (one.seat.no, one.cards)).collect();
        assert_eq!(found, [(1, vec![old, new.clone()]), (2, vec![card(2, 90, 1)])]);
        let of = |card| store.read(|tx| card_days::seat_of(tx, held().id, card)).expect("reads");
        assert_eq!(of(new.id), Some(seat(1, &card(1, 40, 1))));
        assert_eq!(of(Id::from_bytes([7; 16])), None);
        let villages = store.read(|tx| card_days::villages(tx, held().id)).expect("reads");
        assert_eq!(villages, [held().territory]);
        store.write(|tx| card_days::set_closed(tx, held().id, Some(9))).expect("closes");
        let closed = CardDay { closed_at_ms: Some(9), ..held() };
        assert_eq!(store.read(card_days::days).expect("reads"), [closed]);
    });
}

#[test]
fn no_card_is_in_two_hands_and_what_is_known_of_each_is_kept() {
    both(|store| {
        furnished(store);
        let first = told(1, &card(1, 40, 1), HandoverState::Given);
        store.write(|tx| card_days::insert(tx, &first, "lembar 3 baris 12")).expect("is kept");
        let same = Handover { state: HandoverState::Conflict, ..first.clone() };
        let again = store.write(|tx| card_days::insert(tx, &same, ""));
        assert!(again.expect_err("the same").is_constraint("card_handover_pk"));
        let second = told(2, &card(1, 40, 1), HandoverState::Given);
        let twice = store.write(|tx| card_days::insert(tx, &second, ""));
        assert!(twice.expect_err("two hands").is_constraint("card_handover_one"));
        let second = Handover { state: HandoverState::Conflict, ..second };
        let strange = Handover {
            card: None,
            number: CardNumber::from_random([7; 9]),
            trouble: Some(Trouble::Unknown),
            device: None,
            ..told(3, &card(1, 40, 1), HandoverState::Conflict)
        };
        store
            .write(|tx| {
                card_days::insert(tx, &second, "")?;
                card_days::insert(tx, &strange, "")
            })
            .expect("is kept");
        let read = |id| store.read(|tx| card_days::get(tx, id)).expect("reads");
        assert_eq!((read(first.id), read(strange.id)), (Some(first.clone()), Some(strange)));
        let reference = store.read(|tx| card_days::reference(tx, first.id)).expect("reads");
        assert_eq!(reference, "lembar 3 baris 12");
        let day = store.read(|tx| card_days::of_day(tx, held().id)).expect("reads");
        assert_eq!(day.len(), 3);
        let own = store.read(|tx| card_days::of_card(tx, card(1, 40, 1).id)).expect("reads");
        assert_eq!(own, [first.clone(), second]);
        let given = store.read(|tx| card_days::given(tx, programme(1).id)).expect("reads");
        assert_eq!(given[&card(1, 40, 1).id], (held().id, first.id));
        let ended = Handover {
            trouble: Some(Trouble::Ended),
            ..told(4, &card(2, 90, 1), HandoverState::Given)
        };
        let refused = store.write(|tx| card_days::insert(tx, &ended, ""));
        assert!(refused.expect_err("withdrawn").is_constraint("card_handover_good"));
    });
}

#[test]
fn the_database_has_the_table_of_steps_too() {
    both(|store| {
        furnished(store);
        let text = include_str!("../../migrations/0033_card_days.sql");
        let written = rows_of(text, "card_handover_step_known");
        let row = |(from, by, to): &(HandoverState, HandoverStep, HandoverState)| {
            format!("{} {} {}", from.name(), by.name(), to.name())
        };
        let mut known: Vec<String> = TABLE.iter().map(row).collect();
        known.sort();
        assert_eq!(written, known);
        let first = told(1, &card(1, 40, 1), HandoverState::Given);
        store.write(|tx| card_days::insert(tx, &first, "")).expect("is kept");
        let step = HandoverStepKept {
            no: 1,
            step: HandoverStep::Undo,
            states: (HandoverState::Given, HandoverState::Undone),
            words: "salah pindai".into(),
            made_by: Some(user(1).id),
            at_ms: 4_000,
        };
        let undone = Handover { state: HandoverState::Undone, steps: 1, ..first };
        store.write(|tx| card_days::make_step(tx, &undone, &step)).expect("a step of the table");
        assert_eq!(
            store.read(|tx| card_days::get(tx, undone.id)).expect("reads"),
            Some(undone.clone())
        );
        let steps = store.read(|tx| card_days::steps(tx, undone.id)).expect("reads");
        assert_eq!(steps, std::slice::from_ref(&step));
        let states = (HandoverState::Undone, HandoverState::Given);
        let wrong = HandoverStepKept { no: 2, step: HandoverStep::Accept, states, ..step.clone() };
        let refused = store.write(|tx| card_days::make_step(tx, &undone, &wrong));
        assert!(refused.expect_err("no such step").is_constraint("card_handover_step_known"));
        // What a person does is done by somebody.
        let nobody = HandoverStepKept { no: 2, made_by: None, ..step };
        let refused = store.write(|tx| card_days::make_step(tx, &undone, &nobody));
        assert!(refused.expect_err("nobody").is_constraint("card_handover_step_by_whom"));
    });
}
