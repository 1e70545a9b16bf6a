//! Numbers and days as a spreadsheet keeps them, turned into the text a person would type.

use base::{CellKind, Day};

/// The last day a spreadsheet shows: 31 December 9999.
const SERIAL_MAX: f64 = 2_958_465.0;

/// What a number format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A number; a time of day counts as one.
    Number,
    /// A day, with or without a time.
    Date,
}

/// What one of the formats that are built in shows.
pub(crate) fn builtin_format(id: u32) -> Shown {
    match id {
        14..=17 | 22 | 27..=31 | 34..=36 | 50..=54 | 57..=58 => Shown::Date,
        _ => Shown::Number,
    }
}

/// What a typed format such as `dd/mm/yyyy;@` shows.
pub(crate) fn custom_format(code: &str) -> Shown {
    let mut month = false;
    let mut time = false;
    let mut chars = code.chars();
    if code.trim().to_ascii_lowercase().starts_with("general") {
        return Shown::Number;
    }
    while let Some(char) = chars.next() {
        match char {
            '"' => {
                chars.by_ref().find(|char| *char == '"');
            }
            '[' => {
                let inner: String = chars.by_ref().take_while(|char| *char != ']').collect();
                time |= matches!(inner.to_ascii_lowercase().trim_end_matches(['h', 'm', 's']), "")
                    && !inner.is_empty();
            }
            '\\' | '_' | '*' => {
                chars.next();
            }
            ';' => break,
            'd' | 'D' | 'y' | 'Y' => return Shown::Date,
            'm' | 'M' => month = true,
            'h' | 'H' | 's' | 'S' => time = true,
            '0' | '#' | '?' => return Shown::Number,
            _ => (),
        }
    }
    if month && !time { Shown::Date } else { Shown::Number }
}

/// Writes a number, shown by this format, into `out`, and says what it is.
pub(crate) fn write(value: f64, shown: Shown, epoch_1904: bool, out: &mut String) -> CellKind {
    out.clear();
    if shown == Shown::Date && (0.0..=SERIAL_MAX + 1.0).contains(&value) {
        let serial = value as i64;
        match Day::from_serial(serial, epoch_1904) {
            Some(day) => out.push_str(&day.to_string()),
            // The 1900 system shows a day 0, and a leap day that never was.
            None if serial == 0 => out.push_str("1900-01-00"),
            None if serial == 60 => out.push_str("1900-02-29"),
            None => return write(value, Shown::Number, epoch_1904, out),
        }
        return CellKind::Date;
    }
    push_number(value, out);
    CellKind::Number
}

/// The same for a number that comes as text: digits are kept as they are, because a NIK of a
/// sheet that no spreadsheet program wrote may have more digits than a float can hold.
pub(crate) fn write_text(
    value: &str,
    shown: Shown,
    epoch_1904: bool,
    out: &mut String,
) -> Option<CellKind> {
    let value = value.trim();
    let digits = value.strip_prefix('-').unwrap_or(value);
    let plain = !digits.is_empty()
        && digits.len() <= 18
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain && shown == Shown::Number {
        out.clear();
        out.push_str(value);
        return Some(CellKind::Number);
    }
    let number: f64 = value.parse().ok().filter(|number: &f64| number.is_finite())?;
    Some(write(number, shown, epoch_1904, out))
}

/// The shortest text that reads back as the same number; whole numbers show all their digits.
fn push_number(value: f64, out: &mut String) {
    use std::fmt::Write;
    let result = if value.abs() >= 1e21 || (value != 0.0 && value.abs() < 1e-9) {
        write!(out, "{value:E}")
    } else if value == 0.0 {
        write!(out, "0")
    } else {
        write!(out, "{value}")
    };
    result.expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_say_what_they_show() {
        let check = |code: &str, expect: Shown| assert_eq!(custom_format(code), expect, "{code}");
        check("dd/mm/yyyy;@", Shown::Date);
        check("[$-421]dd mmmm yyyy", Shown::Date);
        check("mmm\\-yy", Shown::Date);
        check("mmmm", Shown::Date);
        check("dd/mm/yyyy hh:mm", Shown::Date);
        check("[h]:mm:ss", Shown::Number);
        check("hh:mm", Shown::Number);
        check("mm:ss.0", Shown::Number);
        check("General", Shown::Number);
        check("0", Shown::Number);
        check("\"Rp\"#,##0", Shown::Number);
        check("[Red]#,##0.00;dd", Shown::Number);
        check("0\" hari\"", Shown::Number);
        check("@", Shown::Number);
        check("\\d0", Shown::Number);
        check("", Shown::Number);
    }

    #[test]
    fn numbers_read_as_typed() {
        let check = |text: &str, shown, epoch_1904, expect: Option<(CellKind, &str)>| {
            let mut out = String::new();
            let kind = write_text(text, shown, epoch_1904, &mut out);
            assert_eq!(kind.map(|kind| (kind, out.as_str())), expect, "{text}");
        };
        let number = |text| Some((CellKind::Number, text));
        let date = |text| Some((CellKind::Date, text));
        check("3.51512E+15", Shown::Number, false, number("3515120000000000"));
        check("9471010101900003", Shown::Number, false, number("9471010101900003"));
        check("6401011708620001.0", Shown::Number, false, number("6401011708620001"));
        check("007", Shown::Number, false, number("007"));
        check("1.50", Shown::Number, false, number("1.5"));
        check("0.1", Shown::Number, false, number("0.1"));
        check("-12", Shown::Number, false, number("-12"));
        check("1e300", Shown::Number, false, number("1E300"));
        // 22,846 days after 30 December 1899.
        check("22846", Shown::Date, false, date("1962-07-19"));
        check("22846.75", Shown::Date, false, date("1962-07-19"));
        check("0", Shown::Date, false, date("1900-01-00"));
        check("1", Shown::Date, false, date("1900-01-01"));
        check("60", Shown::Date, false, date("1900-02-29"));
        check("61", Shown::Date, false, date("1900-03-01"));
        check("0", Shown::Date, true, date("1904-01-01"));
        check("21384", Shown::Date, true, date("1962-07-19"));
        check("-1", Shown::Date, false, number("-1"));
        check("6401011708620001", Shown::Date, false, number("6401011708620001"));
        check("NaN", Shown::Number, false, None);
        check("abc", Shown::Number, false, None);
    }
}
