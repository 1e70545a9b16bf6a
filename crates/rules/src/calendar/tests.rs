//! Which rules a due day went through, and that it is always a workday.

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(Rulebook::builtin);

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

#[test]
fn a_due_day_names_its_rules() {
    let rules = |text| {
        let due = RULEBOOK.due_day(Segment::Pu, month(text)).expect("a due day");
        due.rules.iter().map(|rule| rule.rule.to_string()).collect::<Vec<_>>()
    };
    let plain = [
        "iuran.jatuh_tempo_tanggal@2021-02-01",
        "kalender.hari_libur@2023-01-01",
        "iuran.jatuh_tempo_bulan_pu@2015-07-01",
    ];
    assert_eq!(rules("2023-01"), plain);
    assert!(rules("2025-05").contains(&"iuran.jatuh_tempo_libur@2015-07-01".to_owned()));
}

#[test]
fn weekends_and_holidays_are_no_workdays() {
    let day = |text| Day::parse_iso(text).expect("a day");
    for (text, open) in [
        ("2025-06-13", true),
        ("2025-06-14", false),
        ("2025-06-15", false),
        ("2025-06-16", true),
        ("2025-12-25", false),
        ("2024-04-15", false),
    ] {
        assert_eq!(RULEBOOK.is_workday(day(text)), open, "{text}");
    }
}

proptest! {
    #[test]
    fn a_due_day_is_a_workday_soon_after(offset in 0..200, bpu: bool) {
        let segment = if bpu { Segment::Bpu } else { Segment::Pu };
        let due = RULEBOOK.due_day(segment, month("2015-07").plus(offset)).expect("a due day");
        prop_assert!(RULEBOOK.is_workday(due.day));
        prop_assert!((0..14).contains(&due.nominal.days_until(due.day)));
    }
}
