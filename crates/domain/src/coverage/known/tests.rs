//! Cover on a day by what was known, worked out by hand: due days of BPU are the 15th of the next
//! month, and three months of arrears are borne.

use proptest::prelude::*;

use super::*;
use crate::tests::{LAW, day, id, month};

/// A member of the whole of 2023.
fn asked<'a>(on: &str, paid: &'a [Month]) -> KnownCover<'a> {
    KnownCover {
        on: day(on),
        segment: Segment::Bpu,
        membership: Some((month("2023-01"), month("2023-12"))),
        paid,
        died: None,
    }
}

fn check(known: KnownCover<'_>, why: CoverWhy) {
    let found = cover_on(&LAW, &known).expect("a rule");
    assert_eq!(found.why, why, "{}", known.on);
    assert_eq!(found.state(), why.state());
}

#[test]
fn a_posted_month_covers_and_what_is_borne_without_one_is_named() {
    let january = [month("2023-01")];
    check(asked("2023-01-15", &january), CoverWhy::Paid);
    // February is due on Wednesday, 15 March.
    check(asked("2023-02-15", &january), CoverWhy::NotDue);
    check(asked("2023-03-15", &january), CoverWhy::NotDue);
    check(asked("2023-03-16", &january), CoverWhy::Arrears { months: 1 });
    // February to April are due by 15 May, May on 15 June: four are more than are borne.
    check(asked("2023-06-14", &january), CoverWhy::Arrears { months: 3 });
    check(asked("2023-06-16", &january), CoverWhy::Lapsed { paid_until: month("2023-01") });
    check(asked("2023-02-15", &[]), CoverWhy::Unpaid);
    // A wage earner is covered whatever the employer owes.
    let waged = KnownCover { segment: Segment::Pu, ..asked("2023-06-16", &january) };
    check(waged, CoverWhy::EmployerOwes);
}

#[test]
fn the_payment_of_february_in_march_is_known_in_march_alone() {
    let at = |text: &str| i64::from(day("2023-01-01").days_until(day(text))) * 86_400_000;
    let paid = |of: &str, from: &str| KnownMonth {
        cover: CoveredMonth {
            person: id(1),
            scheme: Scheme::Jkk,
            month: month(of),
            programme: id(2),
            transfer: id(3),
        },
        from_ms: at(from),
        ended: None,
    };
    let undone = KnownMonth {
        ended: Some((at("2023-04-20"), EndedWhy::PaymentUndone)),
        ..paid("2023-02", "2023-03-10")
    };
    let all = [paid("2023-01", "2023-01-20"), undone];
    let known = |moment: &str| -> Vec<Month> {
        let known = all.iter().filter(|one| one.is_known_at(at(moment)));
        known.map(|one| one.cover.month).collect()
    };
    check(asked("2023-02-14", &known("2023-02-28")), CoverWhy::NotDue);
    check(asked("2023-02-14", &known("2023-03-31")), CoverWhy::Paid);
    // On 20 April the payment was undone; on the day itself it is no longer believed.
    check(asked("2023-02-14", &known("2023-04-19")), CoverWhy::Paid);
    check(asked("2023-02-14", &known("2023-04-20")), CoverWhy::NotDue);
    // Before the first payment was known nothing was paid.
    check(asked("2023-01-15", &known("2023-01-19")), CoverWhy::Unpaid);
}

#[test]
fn the_first_reason_that_holds_is_the_answer() {
    let both = [month("2023-01"), month("2023-02")];
    let died = |on: &str, died: &str| KnownCover { died: Some(day(died)), ..asked(on, &both) };
    check(died("2023-02-11", "2023-02-10"), CoverWhy::Died { on: day("2023-02-10") });
    check(died("2023-02-10", "2023-02-10"), CoverWhy::Paid);
    let nobody = |on: &str| KnownCover { membership: None, ..asked(on, &both) };
    check(nobody("2023-03-10"), CoverWhy::NoMembership);
    // Whoever is paid for is covered, whatever list they stand on.
    check(nobody("2023-02-10"), CoverWhy::Paid);
    check(asked("2022-12-31", &both), CoverWhy::NotBegun { first: month("2023-01") });
    check(asked("2024-01-01", &both), CoverWhy::Ended { last: month("2023-12") });
}

#[test]
fn where_the_law_is_open_another_reading_is_named() {
    let january = [month("2023-01")];
    let doubted = |on: &str| {
        cover_on(&LAW, &asked(on, &january))
            .expect("a rule")
            .doubted_by
            .map(|rule| rule.rule.clone())
    };
    // By the other reading February was due on 15 February.
    assert_eq!(doubted("2023-02-15"), None);
    assert!(doubted("2023-02-16").is_some());
}

#[test]
fn a_day_is_asked_of_the_membership_that_holds_it_or_the_nearest() {
    let of = |first: &str, last: &str| (month(first), month(last));
    let both = [of("2022-10", "2022-12"), of("2023-03", "2023-05")];
    for (on, expect) in [
        ("2022-09", Some(both[0])),
        ("2022-11", Some(both[0])),
        ("2023-01", Some(both[0])),
        ("2023-04", Some(both[1])),
        ("2024-01", Some(both[1])),
    ] {
        assert_eq!(membership_on(&both, month(on)), expect, "{on}");
    }
    assert_eq!(membership_on(&[], month("2023-01")), None);
}

#[test]
fn a_contribution_tells_its_scheme_by_its_identifier() {
    let of = month("2022-10");
    let promise = crate::billing::contribution_id(id(1), Scheme::Jkm, of, 2);
    assert_eq!(scheme_of_contribution(id(1), of, 2, |one| one == promise), Some(Scheme::Jkm));
    assert_eq!(scheme_of_contribution(id(1), of, 1, |one| one == promise), None);
}

#[test]
fn every_reason_has_one_state_and_one_code() {
    let reasons = [
        (CoverWhy::Died { on: day("2023-01-01") }, "not-covered"),
        (CoverWhy::Paid, "active"),
        (CoverWhy::NoMembership, "not-covered"),
        (CoverWhy::NotBegun { first: month("2023-01") }, "not-covered"),
        (CoverWhy::Ended { last: month("2023-01") }, "not-covered"),
        (CoverWhy::Unpaid, "not-covered"),
        (CoverWhy::NotDue, "grace"),
        (CoverWhy::Arrears { months: 1 }, "grace"),
        (CoverWhy::EmployerOwes, "grace"),
        (CoverWhy::Lapsed { paid_until: month("2023-01") }, "lapsed"),
    ];
    assert_eq!(reasons.map(|(why, _)| why.name()), CoverWhy::NAMES);
    for (why, state) in reasons {
        assert_eq!(why.state().name(), state);
        assert_eq!(CoverState::from_name(state), Some(why.state()));
    }
    for why in EndedWhy::ALL {
        assert_eq!(EndedWhy::from_name(why.name()), Some(why));
    }
}

proptest! {
    /// One more paid month never makes the answer worse, and a posted month of the day is cover.
    #[test]
    fn paying_more_never_covers_less(
        paid in prop::collection::btree_set(0i32..12, 0..12),
        more in 0i32..12,
        days in 0i32..365,
    ) {
        let january = month("2023-01");
        let on = day("2023-01-01").plus_days(days);
        let mut months: Vec<Month> = paid.iter().map(|at| january.plus(*at)).collect();
        let known = |paid: &[Month]| {
            let known = KnownCover { on, ..asked("2023-01-01", paid) };
            cover_on(&LAW, &known).expect("a rule").state()
        };
        let before = known(&months);
        months.push(january.plus(more));
        let after = known(&months);
        prop_assert!(after <= before, "{before:?} {after:?}");
        prop_assert_eq!(after == CoverState::Active, months.contains(&on.month_of()));
    }
}
