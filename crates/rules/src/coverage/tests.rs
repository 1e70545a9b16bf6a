//! The whole way: start, grace, lapse and coming back, day by day.

use super::*;

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn months(text: &str) -> Vec<Month> {
    crate::benefit::parse_paid_months(text).expect("months")
}

/// One month is paid; the next falls due in the month after it, on the 15th or a workday later.
#[test]
fn cover_lapses_after_three_months_of_arrears() {
    let rulebook = Rulebook::builtin();
    let paid = months("2025-05");
    let query = CoverQuery {
        segment: Segment::Bpu,
        registered: day("2025-05-10"),
        paid: &paid,
        on: day("2025-12-31"),
    };
    let history: Vec<(String, Cover)> = rulebook
        .cover_history(&query)
        .expect("a history")
        .into_iter()
        .map(|change| (change.on.to_string(), change.to))
        .collect();
    let expected = [
        ("2025-05-10", Cover::Active),
        ("2025-07-16", Cover::Grace { months: 1 }),
        ("2025-08-16", Cover::Grace { months: 2 }),
        ("2025-09-16", Cover::Grace { months: 3 }),
        ("2025-10-16", Cover::Inactive { paid_until: paid[0] }),
    ];
    assert_eq!(history, expected.map(|(on, to)| (on.to_owned(), to)));
}

#[test]
fn paying_ends_arrears_and_lapses_alike() {
    let rulebook = Rulebook::builtin();
    let state = |paid: &str, on: &str| {
        let paid = months(paid);
        let registered = day("2025-05-10");
        let query = CoverQuery { segment: Segment::Bpu, registered, paid: &paid, on: day(on) };
        rulebook.cover(&query).expect("an answer").state
    };
    assert_eq!(state("2025-05", "2025-09-20"), Cover::Grace { months: 3 });
    assert_eq!(state("2025-05,2025-09", "2025-09-20"), Cover::Active);
    assert_eq!(state("2025-05", "2025-11-20").name(), "inactive");
    assert_eq!(state("2025-05,2025-11", "2025-11-20"), Cover::Active);
    // Months paid for later do not cover a day before them.
    assert_eq!(state("2025-09", "2025-08-20"), Cover::Unpaid);
}

/// The open question P5, decided otherwise: a month falls due in itself.
#[test]
fn months_fall_due_as_decided() {
    let path = "iuran/jatuh_tempo_bulan_bpu.toml";
    let carried = Rulebook::builtin_files().iter().find(|file| file.path == path);
    let text = carried.expect("carried").text;
    let text = text.replace("value = \"next-month\"", "value = \"same-month\"");
    let earlier = [crate::RegulationFile { path, text: &text }];
    let earlier = Rulebook::load_over_builtin(&earlier).expect("loads");
    let paid = months("2025-05");
    let (registered, on) = (day("2025-05-10"), day("2025-06-20"));
    let query = CoverQuery { segment: Segment::Bpu, registered, paid: &paid, on };
    let now = Rulebook::builtin();
    let state = |rulebook: &Rulebook| rulebook.cover(&query).expect("an answer").state;
    assert_eq!((state(&now), state(&earlier)), (Cover::Active, Cover::Grace { months: 1 }));
    let doubt =
        now.cover(&query).expect("an answer").doubted_by.map(|entry| entry.rule.to_string());
    assert_eq!(doubt.as_deref(), Some("iuran.jatuh_tempo_bulan_bpu@2015-07-01"));
}

#[test]
fn a_registration_without_payment_is_no_cover() {
    let rulebook = Rulebook::builtin();
    for segment in Segment::ALL {
        let registered = day("2025-05-10");
        let query = CoverQuery { segment, registered, paid: &[], on: day("2025-06-01") };
        assert_eq!(rulebook.cover(&query).expect("an answer").state, Cover::Unpaid);
    }
}

#[test]
fn coming_back_has_its_consequences() {
    let rulebook = Rulebook::builtin();
    let names = |on: &str| -> Vec<(&'static str, String)> {
        let found = rulebook.return_after_lapse(day(on)).expect("an answer");
        let name = |(what, rule): &(Consequence, &Entry)| (what.name(), rule.rule.to_string());
        found.iter().map(name).collect()
    };
    let age = ("AGE_ASKED_AGAIN", "eligibility.usia_maksimum@2021-04-01".to_owned());
    assert!(names("2024-06-01").contains(&age));
    // Before Permenaker 1/2025 nobody counted months.
    assert_eq!(names("2024-06-01").len(), 2);
    let now = names("2025-09-01");
    assert_eq!((now[0].0, now[2].0), ("OLD_ARREARS_FORGIVEN", "JKM_COUNT_RESTARTS"));
}
