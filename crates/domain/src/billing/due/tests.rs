//! Due days, penalties and prepaid months of programmes, by hand.

use super::*;
use crate::occupation::OccupationKey;
use crate::terms::GroupTerms;
use crate::tests::{LAW, day, month, programme};

fn waged() -> Programme {
    let occupation = OccupationKey("honorer".into());
    let group = GroupTerms {
        occupation: occupation.clone(),
        segment: Segment::Pu,
        base: Rupiah(3_000_000),
        risk: rules::RiskClass::ALL[0],
        second_job: false,
    };
    let mut programme = programme();
    programme.occupations = vec![occupation];
    programme.terms.groups = vec![group];
    programme
}

#[test]
fn segments_are_those_of_the_groups_and_bpu_for_the_rest() {
    assert_eq!(segments(&programme()), [Segment::Bpu]);
    assert_eq!(segments(&waged()), [Segment::Pu]);
    let mut mixed = waged();
    mixed.occupations.push(OccupationKey("petani".into()));
    assert_eq!(segments(&mixed), [Segment::Bpu, Segment::Pu]);
    mixed.occupations.clear();
    assert_eq!(segments(&mixed), [Segment::Bpu, Segment::Pu]);
}

#[test]
fn a_month_is_due_on_the_fifteenth_of_the_next_or_the_workday_after() {
    // 15 June 2025 is a Sunday.
    let due = due_day(&LAW, &waged(), month("2025-05")).expect("a rule");
    assert_eq!((due.nominal, due.day), (day("2025-06-15"), day("2025-06-16")));
    let due = due_day(&LAW, &programme(), month("2022-10")).expect("a rule");
    assert_eq!(due.day, day("2022-11-15"));
}

#[test]
fn paying_late_costs_two_per_cent_a_month_for_wages_alone() {
    let cost = |waged: i64, on: &str| {
        let answer = penalty(&LAW, month("2025-05"), Rupiah(waged), day(on)).expect("a rule");
        answer.map(|answer| answer.total)
    };
    assert_eq!(cost(1_000_000, "2025-06-16"), None);
    // One month begun: 1,000,000 × 2 %.
    assert_eq!(cost(1_000_000, "2025-06-17"), Some(Rupiah(20_000)));
    assert_eq!(cost(0, "2025-12-01"), None);
    assert!(is_waged("jkk.iuran_pu@2015-07-01") && !is_waged("jkk.iuran_bpu@2015-07-01"));
}

#[test]
fn so_many_months_may_be_paid_at_once() {
    assert_eq!(prepayable(&LAW, &programme(), month("2022-10")), [1, 2, 3, 6, 12]);
    assert_eq!(prepayable(&LAW, &waged(), month("2022-10")), [1]);
}
