//! Any text as a date, of any kind of cell. A day that was read is read again from its ISO form.

#![no_main]

use base::{CellKind, Day};
use domain::intake::date::{DateOptions, DateReading, read_date, split_place_date};
use libfuzzer_sys::fuzz_target;

const KINDS: [CellKind; 7] = [
    CellKind::Empty,
    CellKind::Text,
    CellKind::Number,
    CellKind::Date,
    CellKind::Bool,
    CellKind::Error,
    CellKind::FormulaWithoutValue,
];
/// Days that a spreadsheet shows for an empty cell.
const EMPTY_DAYS: [&str; 4] = ["1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01"];

fuzz_target!(|input: (u8, bool, &str)| {
    let (kind, epoch_1904, text) = input;
    let kind = KINDS[usize::from(kind) % KINDS.len()];
    let today = Day::new(2022, 10, 1).expect("a day");
    let options = DateOptions { today, epoch_1904 };
    check(read_date(text, kind, options), options);
    let (place, date) = split_place_date(text);
    assert!(text.contains(place) && text.contains(date));
    check(read_date(date, kind, options), options);
});

fn check(reading: DateReading, options: DateOptions) {
    let (day, other) = match reading {
        DateReading::Absent | DateReading::Unreadable => return,
        DateReading::YearOnly(year) => return assert!((1900..=2100).contains(&year)),
        DateReading::Day { day, other, .. } => (day, other),
    };
    for day in [Some(day), other].into_iter().flatten() {
        let iso = day.to_string();
        assert_eq!(Day::parse_iso(&iso), Some(day));
        // Nobody writes years before 1000; only a spreadsheet can hold one.
        let typed = (day.year() >= 1000).then_some(CellKind::Text);
        for kind in [CellKind::Date].into_iter().chain(typed) {
            match read_date(&iso, kind, options) {
                DateReading::Day { day: again, .. } => assert_eq!(again, day, "{kind:?}"),
                other => {
                    assert_eq!(other, DateReading::Absent);
                    assert!(EMPTY_DAYS.contains(&iso.as_str()), "{iso}");
                }
            }
        }
    }
    let swapped = other.map(|other| (other.year(), other.day(), other.month()));
    assert!(swapped.is_none_or(|swapped| swapped == (day.year(), day.month(), day.day())));
    assert_ne!(other, Some(day));
}
