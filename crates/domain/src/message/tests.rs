//! Messages read as typed, and the table of what follows what. Everybody here is invented.

use proptest::prelude::*;

use super::*;

fn code() -> MessageCode {
    MessageCode::from_random([7; 9])
}

fn today() -> Day {
    Day::parse_iso("2022-11-25").expect("a day")
}

fn drowned() -> MessageTyped<'static> {
    MessageTyped {
        kind: "death",
        event: "2022-11-20",
        subject: "Rekaan  Nelayan",
        relation: "family",
        sender: "Rekaan Istri",
        phone: "0812-0000-1111",
        ..MessageTyped::default()
    }
}

fn wrong(typed: &MessageTyped<'_>) -> Vec<(&'static str, &'static str)> {
    match typed.read(code(), today()) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.into_iter().map(|(field, why)| (field, why.name())).collect(),
    }
}

#[test]
fn a_death_is_told_with_a_day_a_name_and_who_tells() {
    let MessageRead { kind, event, district: place, details } =
        drowned().read(code(), today()).expect("whole");
    assert_eq!((kind, event), (MessageKind::Death, Day::parse_iso("2022-11-20")));
    assert_eq!((place, details.subject.as_str()), (None, "Rekaan Nelayan"));
    assert_eq!(details.relation.told(), Told::Family);
    assert!(details.helper.is_none() && details.phone.is_some());
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let long = "a".repeat(TEXT_MOST + 1);
    for (typed, expect) in [
        (MessageTyped { event: "2022-11-26", ..drowned() }, vec![("event", "future")]),
        (MessageTyped { event: "kemarin", ..drowned() }, vec![("event", "unfit")]),
        (MessageTyped { subject: "", ..drowned() }, vec![("subject", "missing")]),
        (MessageTyped { phone: "tidak ada", ..drowned() }, vec![("phone", "unfit")]),
        (MessageTyped { card: "0000", ..drowned() }, vec![("card", "unfit")]),
        (MessageTyped { account: &long, ..drowned() }, vec![("account", "long")]),
        // An accident needs a word about what happened; what is asked of data has no day.
        (MessageTyped { kind: "accident", ..drowned() }, vec![("account", "missing")]),
        (MessageTyped { kind: "see", event: "", account: "Semua", ..drowned() }, vec![]),
        (
            MessageTyped { kind: "apa", ..drowned() },
            vec![("kind", "unfit"), ("account", "missing")],
        ),
        (
            MessageTyped { helped: true, helper: "Rekaan Cucu", ..drowned() },
            vec![("helper_kind", "missing"), ("agreement", "missing")],
        ),
        (MessageTyped { relation: "self", sender: "", ..drowned() }, vec![]),
    ] {
        assert_eq!(wrong(&typed), expect, "{typed:?}");
    }
}

#[test]
fn whoever_helps_is_kept_with_how_the_other_agreed() {
    let typed = MessageTyped {
        helped: true,
        helper: "Rekaan Cucu",
        helper_kind: "grandchild",
        agreement: "spoken",
        ..drowned()
    };
    let details = typed.read(code(), today()).expect("whole").details;
    let helper = details.helper.expect("somebody helps");
    assert_eq!((helper.kind, helper.agreement), (HelperKind::Grandchild, Agreement::Spoken));
}

#[test]
fn nothing_follows_but_what_the_table_says() {
    for state in MessageState::ALL {
        for step in MessageStep::ALL {
            let rows = TABLE.iter().filter(|(from, by, _)| (from, by) == (state, step));
            let rows: Vec<_> = rows.collect();
            assert!(rows.len() < 2, "{state:?} {step:?}");
            assert_eq!(after(*state, *step), rows.first().map(|row| row.2));
        }
    }
    // What became a claim, and what its sender took back, is not moved by anybody.
    for state in [MessageState::Opened, MessageState::Withdrawn] {
        assert!(MessageStep::ALL.iter().all(|step| after(state, *step).is_none()));
    }
}

#[test]
fn the_same_form_with_the_same_in_it_is_the_same_message() {
    let one = drowned();
    let other = MessageTyped { subject: "Rekaan Lain", ..drowned() };
    assert_eq!(message_id("a", one.said()), message_id("a", drowned().said()));
    assert_ne!(message_id("a", one.said()), message_id("b", one.said()));
    assert_ne!(message_id("a", one.said()), message_id("a", other.said()));
}

#[test]
fn names_are_read_back() {
    for kind in MessageKind::ALL {
        assert_eq!(MessageKind::from_name(kind.name()), Some(*kind));
    }
    for kind in HelperKind::ALL {
        assert_eq!(HelperKind::from_name(kind.name()), Some(*kind));
    }
    for agreement in Agreement::ALL {
        assert_eq!(Agreement::from_name(agreement.name()), Some(*agreement));
    }
    for sender in Sender::ALL {
        assert_eq!(Sender::from_name(sender.name()), Some(*sender));
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_refused(
        texts in proptest::collection::vec(".{0,80}", 16),
        helped: bool,
    ) {
        let typed = MessageTyped {
            kind: if helped { "accident" } else { &texts[0] },
            event: &texts[1],
            subject: &texts[2],
            birth: &texts[3],
            card: &texts[4],
            district: &texts[5],
            village: &texts[6],
            account: &texts[7],
            sender: &texts[8],
            relation: &texts[9],
            phone: &texts[10],
            helped,
            helper: &texts[11],
            helper_kind: &texts[12],
            helper_phone: &texts[13],
            agreement: &texts[14],
        };
        let read = typed.read(code(), today());
        prop_assert!(read.is_ok() || !read.expect_err("refused").is_empty());
    }
}
