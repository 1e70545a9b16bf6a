//! Doors without a login, on both engines: what is sealed, what is found by a code, what is
//! counted, and the table of steps that the database holds too. Everybody here is invented.

use base::{Day, Id, PersonName, RegionCode};
use domain::card::{Card, CardNumber, CardState};
use domain::message::{
    Agreement, Helper, HelperKind, Message, MessageCode, MessageDetails, MessageKind, MessageState,
    MessageStep, Sender, TABLE,
};

use super::world::{changes, day, id, month, person, programme, rows_of, settle_in, sheet, user};
use crate::doors::{self, MessageStepKept};
use crate::people::Known;
use crate::twin::both;
use crate::{Store, StoreError, cards, enrolment, sheets};

pub(super) fn message(number: u32) -> Message {
    Message {
        id: id(9, number),
        kind: MessageKind::Death,
        event: Some(day("2022-11-20")),
        place: RegionCode::from_digits(6401052001, 4),
        received_at_ms: 1_669_000_000_000 + i64::from(number),
        helped: true,
        state: MessageState::Received,
        steps: 0,
        claim: None,
    }
}

pub(super) fn details(number: u8) -> MessageDetails {
    let name = |text: &str| PersonName::parse(text).expect("a name");
    MessageDetails {
        code: MessageCode::from_random([number; 9]),
        subject: name("Kenari Wafat"),
        birth: Day::parse_iso("1962-08-17"),
        card: Some(CardNumber::from_random([3; 9])),
        village: "Desa Rekaan".into(),
        account: "Jatuh dari perahu".into(),
        sender: name("Kenari Istri"),
        relation: Sender::Family,
        phone: base::Phone::parse("081234509876"),
        helper: Some(Helper {
            name: name("Kenari Cucu"),
            kind: HelperKind::Grandchild,
            phone: None,
            agreement: Agreement::Spoken,
        }),
    }
}

fn step(no: u32, by: MessageStep, states: (MessageState, MessageState)) -> MessageStepKept {
    let made_by = (by != MessageStep::Withdraw).then(|| user(1).id);
    MessageStepKept { no, step: by, states, words: "sudah ditelepon".into(), made_by, at_ms: 5 }
}

pub(super) fn furnished(store: &Store) {
    settle_in(store);
    store.write(|tx| doors::insert(tx, &message(1), &details(1))).expect("is kept");
}

#[test]
fn a_message_is_sealed_and_found_by_its_code_alone() {
    both(|store| {
        furnished(store);
        let found = store.read(|tx| doors::get(tx, message(1).id)).expect("reads");
        assert_eq!(found, Some((message(1), Some(details(1)))));
        let by = |code| store.read(|tx| doors::by_code(tx, code)).expect("reads");
        assert_eq!(by(details(1).code), Some(message(1)));
        assert_eq!(by(details(2).code), None);
        let again = store.write(|tx| doors::insert(tx, &message(2), &details(1)));
        assert!(again.expect_err("the same code").is_constraint("message_code_unique"));
        assert_eq!(store.read(doors::waiting).expect("reads"), vec![message(1)]);
    });
}

#[test]
fn the_database_has_the_table_of_steps_too() {
    both(|store| {
        furnished(store);
        let text = include_str!("../../migrations/0032_doors.sql");
        let written = rows_of(text, "message_step_known");
        let row = |(from, by, to): &(MessageState, MessageStep, MessageState)| {
            format!("{} {} {}", from.name(), by.name(), to.name())
        };
        let mut known: Vec<String> = TABLE.iter().map(row).collect();
        known.sort();
        assert_eq!(written, known);
        let kept = step(1, MessageStep::Answer, (MessageState::Received, MessageState::Answered));
        let moved = Message { state: MessageState::Answered, steps: 1, ..message(1) };
        store.write(|tx| doors::make_step(tx, &moved, &kept)).expect("a step of the table");
        assert_eq!(store.read(|tx| doors::steps(tx, moved.id)).expect("reads"), vec![kept]);
        let wrong = step(2, MessageStep::Open, (MessageState::Answered, MessageState::Opened));
        let refused = store.write(|tx| doors::make_step(tx, &moved, &wrong));
        assert!(refused.expect_err("no such step").is_constraint("message_step_known"));
    });
}

#[test]
fn tries_are_counted_by_what_was_tried_and_forgotten_by_their_age() {
    both(|store| {
        let (one, other) = store
            .read(|tx| {
                let (one, other) = (doors::subject(tx, "a", b"x")?, doors::subject(tx, "b", b"x")?);
                Ok::<_, StoreError>((one, other))
            })
            .expect("has keys");
        assert_ne!(one, other);
        let count = |subject, since| {
            store.read(|tx| doors::tries_since(tx, &subject, since)).expect("counts")
        };
        for number in 1..=3u8 {
            store
                .write(|tx| doors::insert_try(tx, &one, &[number; 16], i64::from(number)))
                .expect("is kept");
        }
        assert_eq!((count(one, 0), count(one, 1), count(one, 3)), (3, 2, 0));
        assert_eq!(count(other, 0), 0);
        assert_eq!(store.write(|tx| doors::forget_tries(tx, 2)).expect("forgets"), 2);
        assert_eq!(count(one, 0), 1);
    });
}

#[test]
fn as_much_is_read_for_a_number_that_nobody_has() {
    both(|store| {
        settle_in(store);
        let number = |byte: u8| CardNumber::from_random([byte; 9]);
        let nearest = |asked| store.read(|tx| doors::nearest_card(tx, asked)).expect("reads");
        assert_eq!(nearest(number(1)), None);
        let known = Known { at_ms: 1, valid_from: day("2022-09-20") };
        store
            .write(|tx| {
                sheets::insert(tx, &sheet(1), b"csv")?;
                enrolment::apply(tx, sheet(1).id, &changes(1..3), known)
            })
            .expect("is kept");
        let card = |of: u32, byte: u8| Card {
            id: Id::from_bytes([byte; 16]),
            number: number(byte),
            person: person(of).id,
            programme: programme(1).id,
            name: person(of).name,
            village: "Desa Rekaan".into(),
            occupation: None,
            paid_until: month("2022-12"),
            issued: day("2022-10-24"),
            copy: 1,
            state: CardState::Active,
        };
        let mut both = [card(1, 40), card(2, 90)];
        both.sort_by_key(|card| card.number.plain());
        store.write(|tx| cards::insert_all(tx, &both)).expect("is kept");
        for byte in 0..=255u8 {
            let found = nearest(number(byte)).expect("there are cards");
            let after = both.iter().find(|card| card.number.plain() >= number(byte).plain());
            assert_eq!(found.number, after.unwrap_or(&both[0]).number, "{byte}");
        }
    });
}
