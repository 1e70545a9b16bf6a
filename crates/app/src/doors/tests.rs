//! Doors without a login, on both engines: one answer to every wrong guess, limits that a restart
//! keeps, messages on their way to a claim or an answer. Everybody here is invented.

use base::{Day, Id, RegionCode};
use domain::card::Card;
use store::twin::FreshDirectory;

use super::*;
use crate::bills::tests::{CODE, month, on_both_on, paid, refused as code_of, who};
use crate::claims::ClaimKind;
use crate::claims::tests::{day, person_of};
use crate::grants::GrantRequest;
use crate::office::{Location, Office, Operation, Role};

const HERE: &str = "203.0.113.9";

/// The card of the first of three members, whose months October and November are paid.
fn carded(office: &Office) -> Card {
    paid(office, month(10));
    paid(office, month(11));
    let actor = office.actor("operator", Operation::Cards).expect("the first user");
    office.issue_cards(&actor, CODE).expect("issued");
    let programme = office.programme(CODE).expect("a programme");
    let cards = office.store.read(|tx| store::cards::of_programme(tx, programme.id));
    let person = person_of(office, 1);
    let mut cards = cards.expect("cards").into_iter();
    cards.find(|card| card.person == person).expect("the first one's")
}

fn birth() -> Day {
    day("1962-08-11")
}

/// A number that nobody has.
fn stray(byte: u8) -> CardNumber {
    CardNumber::from_random([byte; 9])
}

fn drowned() -> MessageTyped<'static> {
    MessageTyped {
        kind: "death",
        event: "2022-11-20",
        subject: "Rekaan Nelayan",
        relation: "family",
        sender: "Rekaan Istri",
        phone: "081200001111",
        account: "Jatuh dari perahu",
        ..MessageTyped::default()
    }
}

fn sent(office: &Office, typed: &MessageTyped<'_>, form: &str) -> MessageCode {
    office.send_message(typed, form, HERE).map(|sent| sent.code).expect("taken")
}

#[test]
fn the_holder_of_a_card_sees_until_when_it_is_paid() {
    on_both_on("2022-11-25", |office, _| {
        let card = carded(office);
        let shown = office.card_status(card.number, birth(), HERE).expect("asked");
        let shown = shown.expect("the holder");
        // October and November are paid, December is not.
        assert_eq!(shown.state, StatusState::Active);
        assert_eq!((shown.since, shown.paid_until), (Some(month(10)), Some(month(11))));
        assert_eq!(shown.last, Some(month(11)));
        assert_eq!(shown.schemes_in_words(), "JKK, JKM");
        assert_eq!((&*shown.programme, shown.payer), ("Program coba", "office"));
        office.environment.pass(10 * 86_400_000);
        let later = office.card_status(card.number, birth(), HERE).expect("asked");
        assert_eq!(later.expect("the holder").state, StatusState::Ended);
    });
}

#[test]
fn five_wrong_guesses_a_day_lock_a_card_whoever_makes_them() {
    on_both_on("2022-11-25", |office, _| {
        let card = carded(office);
        let ask = |number, birth, from: &str| {
            office.card_status(number, birth, from).expect("asked").is_some()
        };
        // Asking rightly costs nothing.
        assert!((0..20).all(|_| ask(card.number, birth(), HERE)));
        for guess in 0..1_000u32 {
            let from = format!("198.51.{}.{}", guess / 250, guess % 250);
            assert!(!ask(card.number, day("1970-01-01"), &from), "{guess}");
        }
        assert!(!ask(card.number, birth(), "192.0.2.1"), "the card is locked");
        let other = stray(1);
        assert!(!ask(other, birth(), HERE));
        office.environment.pass(23 * 3_600_000);
        assert!(!ask(card.number, birth(), HERE), "until a day has passed");
        office.environment.pass(3_600_000);
        assert!(ask(card.number, birth(), HERE));
    });
}

#[test]
fn thirty_wrong_guesses_an_hour_lock_an_address_and_no_other() {
    on_both_on("2022-11-25", |office, _| {
        let card = carded(office);
        for byte in 0..30u8 {
            let found = office.card_status(stray(byte), birth(), HERE).expect("asked");
            assert_eq!(found, None, "{byte}");
        }
        let ask = |from| office.card_status(card.number, birth(), from).expect("asked").is_some();
        assert!(!ask(HERE) && ask("198.51.100.7"));
        office.environment.pass(3_600_000);
        assert!(ask(HERE));
    });
}

#[test]
fn a_restart_forgets_no_guess() {
    let place = FreshDirectory::new();
    let open = || Office::invented(place.location(), day("2022-11-25"), 4);
    let office = open();
    for byte in 0..30u8 {
        assert_eq!(office.card_status(stray(byte), birth(), HERE), Ok(None));
    }
    for byte in 0..30u8 {
        let code = MessageCode::from_random([byte; 9]);
        assert!(office.track_message(code, HERE).expect("asked").is_none());
    }
    let code = sent(&office, &drowned(), "satu");
    drop(office);
    let office = open();
    let found = office.track_message(code, HERE).expect("asked");
    assert!(found.is_none(), "the address still waits");
    assert!(office.track_message(code, "198.51.100.7").expect("asked").is_some());
    let counted = office.store.read(|tx| {
        let address = store::doors::subject(tx, STATUS_ADDRESS.name, HERE.as_bytes())?;
        let all = store::doors::subject(tx, STATUS_ALL.name, b"")?;
        let at = |tx: &mut store::Tx<'_>, subject| store::doors::tries_since(tx, subject, 0);
        Ok::<_, store::StoreError>((at(tx, &address)?, at(tx, &all)?))
    });
    assert_eq!(counted, Ok((30, 30)));
}

#[test]
fn what_is_told_becomes_a_claim_once() {
    on_both_on("2022-11-25", |office, _| {
        let card = carded(office);
        let number = card.number.to_string();
        let typed = MessageTyped { card: &number, ..drowned() };
        let code = sent(office, &typed, "satu");
        // The button pressed twice, and the same again tomorrow, is the same one.
        assert_eq!(sent(office, &typed, "satu"), code);
        let ani = who(office, "ani");
        let rows = office.messages(&ani, &MessageFilter::default()).expect("read");
        assert_eq!((rows.len(), rows[0].subject.as_str()), (1, "R… N…"));
        let id = rows[0].message.id;
        let file = office.message(&ani, id).expect("one");
        assert_eq!(file.member.as_ref().map(|one| one.id), Some(card.person));
        assert_eq!(file.next, [MessageStep::Open, MessageStep::Answer]);
        let desk = office.desk(&ani).expect("a desk");
        assert!(desk.waiting.iter().any(|one| one.what == "messages" && one.count == 1));

        let said = office.read_out(&ani, id).expect("read out");
        assert_eq!((said.sender.as_str(), said.code), ("Rekaan Istri", code));
        let lala = who(office, "lala");
        assert_eq!(code_of(office.read_out(&lala, id)), "USER_MAY_NOT");
        let asked = |kind| MessageClaim { person: None, kind };
        let wrong = office.claim_for_message(&ani, id, &asked(ClaimKind::Jht));
        assert_eq!(code_of(wrong), "KIND_UNKNOWN");
        let opened = office.claim_for_message(&ani, id, &asked(ClaimKind::Jkm)).expect("opened");
        let claim = opened.claim.expect("a claim");
        let again = office.claim_for_message(&ani, id, &asked(ClaimKind::Jkm)).expect("the same");
        assert_eq!(again.claim, Some(claim));
        let file = office.claim(&ani, claim).expect("a claim");
        assert_eq!((file.claim.person, file.claim.event), (card.person, day("2022-11-20")));
        // 20 + 24 × 0.5 + 10 million, as for every death of that day.
        assert_eq!(file.assessment.answer.total, base::Rupiah(42_000_000));
        assert_eq!(
            code_of(office.answer_message(&ani, id, "keluarga sudah ditelepon")),
            "MESSAGE_NOT_NOW"
        );
        let tracked = office.track_message(code, HERE).expect("asked").expect("its code");
        assert_eq!((tracked.state, tracked.claim), (MessageState::Opened, Some("open")));
        assert_eq!(code_of(office.withdraw_message(code, HERE)), "MESSAGE_NOT_NOW");
    });
}

#[test]
fn what_is_asked_of_data_is_answered_within_three_days() {
    on_both_on("2022-11-25", |office, _| {
        let typed = MessageTyped { kind: "correct", event: "", ..drowned() };
        let code = sent(office, &typed, "satu");
        let ani = who(office, "ani");
        let row = || office.messages(&ani, &MessageFilter::default()).expect("read").remove(0);
        let clock = row().clock.expect("a clock");
        assert_eq!((clock.name, clock.until), ("answer", day("2022-11-28")));
        assert!(clock.article.contains("UU 27/2022 Pasal 30"), "{}", clock.article);
        office.environment.pass(71 * 3_600_000);
        assert!(!row().late);
        office.environment.pass(3_600_000);
        assert!(row().late, "three times 24 hours are over");
        let id = row().message.id;
        let no_event = MessageClaim { person: None, kind: ClaimKind::Jkm };
        assert_eq!(code_of(office.claim_for_message(&ani, id, &no_event)), "KIND_UNKNOWN");
        assert_eq!(code_of(office.answer_message(&ani, id, "")), "REASON_MISSING");
        let words = "nama dibetulkan menurut KTP";
        let answered = office.answer_message(&ani, id, words).expect("answered");
        assert_eq!(answered.state, MessageState::Answered);
        let again = office.answer_message(&ani, id, words).expect("the same again");
        assert_eq!(again, answered);
        assert!(row().clock.is_none() && !row().late);
        let reopened = office.reopen_message(&ani, id, "namanya masih keliru").expect("again");
        assert_eq!((reopened.state, reopened.steps), (MessageState::Received, 2));
        let back = office.withdraw_message(code, HERE).expect("taken back").expect("its code");
        assert_eq!(back.state, MessageState::Withdrawn);
        let again = office.withdraw_message(code, HERE).expect("the same").expect("its code");
        assert_eq!(again.steps.len(), 3);
    });
}

#[test]
fn ten_messages_an_hour_from_one_address_and_no_more() {
    on_both_on("2022-11-25", |office, _| {
        for number in 0..10u8 {
            sent(office, &drowned(), &number.to_string());
        }
        let more = office.send_message(&drowned(), "lagi", HERE);
        assert!(matches!(more, Err(Unsent::TooMany)));
        // One that was taken is still there, and others are not kept waiting.
        sent(office, &drowned(), "3");
        assert!(office.send_message(&drowned(), "lagi", "198.51.100.7").is_ok());
    });
}

#[test]
fn a_village_sees_what_is_told_of_its_own_people() {
    on_both_on("2022-11-25", |office, _| {
        let district = RegionCode::parse("64.01.05").expect("a district");
        let mut villages = office.gazetteer.children(district);
        let (own, other) = (villages.next().expect("one"), villages.next().expect("two"));
        let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
        for (name, village) in [("desa-satu", own), ("desa-dua", other)] {
            office.add_account(&keeper, name).expect("an account");
            let request = GrantRequest {
                user: name.into(),
                role: Role::VillageOperator,
                territory: Some(village),
                org: None,
                from: None,
                until: None,
            };
            office.grant_role(&keeper, &request).expect("a role");
        }
        let (code, name) = (district.to_string(), office.gazetteer.name(own).expect("a name"));
        let typed = MessageTyped { district: &code, village: name, ..drowned() };
        sent(office, &typed, "satu");
        sent(office, &MessageTyped { kind: "see", event: "", ..drowned() }, "dua");
        let (one, two) = (who(office, "desa-satu"), who(office, "desa-dua"));
        let seen = |actor| office.messages(actor, &MessageFilter::default()).expect("read");
        assert_eq!((seen(&one).len(), seen(&two).len()), (1, 0));
        let id = seen(&one)[0].message.id;
        assert_eq!(code_of(office.message(&two, id)), "MESSAGE_UNKNOWN");
        let nowhere = office.message(&two, Id::from_bytes([9; 16]));
        assert_eq!(code_of(nowhere), "MESSAGE_UNKNOWN");
        assert_eq!(
            code_of(office.answer_message(&one, id, "keluarga sudah ditelepon")),
            "USER_MAY_NOT"
        );
        assert_eq!(code_of(office.read_out(&two, id)), "MESSAGE_UNKNOWN");
        let elsewhere = MessageTyped { district: "35.15.01", ..drowned() };
        let wrong = office.check_message(&elsewhere).expect_err("another regency's");
        assert_eq!(wrong, [("district", MessageProblem::Unfit)]);
    });
}

#[test]
fn the_guide_reckons_by_the_rules_of_the_day() {
    let place = FreshDirectory::new();
    let office = Office::invented(Location::clone(&place.location()), day("2025-09-01"), 4);
    let asked = |event, on: &str, months| GuideAsked { event, day: day(on), base: None, months };
    let total = |asked: &GuideAsked, name: &str| {
        let guide = office.guide(asked).expect("rules");
        guide.amounts.iter().find(|(known, _)| *known == name).expect("an amount").1.total.0
    };
    // V50, V51 and V52 of the law reference: what a death pays before and after Permenaker 1/2025.
    assert_eq!(total(&asked(EventKind::Death, "2024-06-20", 1), "death"), 42_000_000);
    assert_eq!(total(&asked(EventKind::Death, "2025-08-10", 2), "death"), 10_000_000);
    assert_eq!(total(&asked(EventKind::Death, "2025-08-10", 3), "death"), 42_000_000);
    // V57: 48 × 1 million + 12 + 10 million; V59: 56 million + 12 million; V69: SD, SMP, SMA, S1.
    let accident = asked(EventKind::Accident, "2025-08-30", 0);
    assert_eq!(total(&accident, "accident-death"), 70_000_000);
    assert_eq!(total(&accident, "total"), 68_000_000);
    assert_eq!(total(&accident, "unfit"), 1_000_000);
    // 6 × 1.5 + 3 × 2 + 3 × 3 + 5 × 12 million.
    assert_eq!(total(&accident, "scholarship"), 84_000_000);
    let higher = GuideAsked { base: Some(base::Rupiah(2_950_000)), ..accident };
    // V58.
    assert_eq!(total(&higher, "accident-death"), 163_600_000);
    let guide = office.guide(&accident).expect("rules");
    let until: Vec<_> = guide.clocks.iter().map(|one| (one.name, one.until)).collect();
    let expect = [("report", "2025-09-01"), ("conclude", "2025-09-29"), ("claim", "2030-08-30")];
    assert_eq!(until, expect.map(|(name, until)| (name, day(until))));
    assert!(guide.papers.iter().any(|(name, always)| *always && name.contains("Formulir 3a")));
}
