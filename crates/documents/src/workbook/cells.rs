//! What a spreadsheet cell can hold, and what must not be put there: formula-like text, dates
//! before 1900, texts and tab names that the format refuses.

use std::collections::HashSet;

use base::Day;

/// The longest text that a spreadsheet cell holds.
const MAX_TEXT: usize = 32_767;

/// A day as the spreadsheet keeps it.
pub(crate) enum ExcelDate {
    /// The serial number of the 1900 system.
    Serial(f64),
    /// The 1900 system has no such day.
    BeforeSpreadsheets,
}

/// The serial number of a day, in the 1900 system with its leap day that never was.
pub(crate) fn date_serial(day: Day) -> ExcelDate {
    let start = Day::new(1899, 12, 31).expect("a day of the calendar");
    let leap = Day::new(1900, 3, 1).expect("a day of the calendar");
    let days = start.days_until(day);
    if days < 1 {
        return ExcelDate::BeforeSpreadsheets;
    }
    ExcelDate::Serial(f64::from(if day < leap { days } else { days + 1 }))
}

/// Whether a spreadsheet program could take this text for a formula or a command.
pub(crate) fn is_formula_like(text: &str) -> bool {
    matches!(text.as_bytes().first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
}

/// The text, cut where the format ends.
pub(crate) fn text_for_cell(text: &str) -> &str {
    if text.len() <= MAX_TEXT {
        return text;
    }
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// Gives tab names that a spreadsheet accepts, each once.
#[derive(Default)]
pub(crate) struct SheetNames {
    used: HashSet<String>,
}

impl SheetNames {
    /// The wished name, or the nearest one that is allowed and free.
    pub(crate) fn unique(&mut self, wish: &str) -> String {
        let clean: String = wish
            .chars()
            .map(|c| if c.is_control() || "[]:*?/\\".contains(c) { ' ' } else { c })
            .collect();
        let clean = clean.trim().trim_matches('\'').trim();
        let clean = if clean.is_empty() { "Sheet" } else { clean };
        for number in 1u32.. {
            let tail = if number == 1 { String::new() } else { format!(" ({number})") };
            let name = format!("{}{tail}", shortened(clean, 31 - tail.len()));
            // "History" is a name that Excel keeps for itself.
            if name.to_lowercase() != "history" && self.used.insert(name.to_lowercase()) {
                return name;
            }
        }
        unreachable!("some number is free")
    }
}

/// The first characters that fit, counted as spreadsheets count: in UTF-16 units.
fn shortened(text: &str, room: usize) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > room {
            return text[..at].trim_end();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_the_serials_that_read_back() {
        for (iso, serial) in [
            ("1900-01-01", 1.0),
            ("1900-02-28", 59.0),
            ("1900-03-01", 61.0),
            ("1962-08-17", 22_875.0),
        ] {
            let day = Day::parse_iso(iso).expect("a day");
            match date_serial(day) {
                ExcelDate::Serial(found) => assert_eq!(found, serial, "{iso}"),
                ExcelDate::BeforeSpreadsheets => panic!("{iso} has a serial"),
            }
        }
        let early = Day::parse_iso("1899-12-31").expect("a day");
        assert!(matches!(date_serial(early), ExcelDate::BeforeSpreadsheets));
    }

    #[test]
    fn commands_are_known_by_their_first_character() {
        for text in ["=1+1", "+62", "-", "@SUM", "\tx", "\rx"] {
            assert!(is_formula_like(text), "{text:?}");
        }
        for text in ["", "Siti", " =1", "1-2"] {
            assert!(!is_formula_like(text), "{text:?}");
        }
    }

    #[test]
    fn tab_names_are_made_fit() {
        let mut names = SheetNames::default();
        assert_eq!(names.unique("Desa A/B"), "Desa A B");
        assert_eq!(names.unique("desa a b"), "desa a b (2)");
        assert_eq!(names.unique(""), "Sheet");
        assert_eq!(names.unique("History"), "History (2)");
        assert_eq!(names.unique(&"x".repeat(40)), "x".repeat(31));
        assert_eq!(names.unique(&"x".repeat(40)), format!("{} (2)", "x".repeat(27)));
    }
}
