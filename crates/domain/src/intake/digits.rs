//! The digits of an identity number out of what was typed around them.

use base::CellKind;

/// What a cell meant to hold an identity number holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Nothing, or a word for nothing.
    Absent,
    /// Digits.
    Digits,
    /// A number in scientific form: its last digits are lost.
    Scientific,
    /// Something else.
    Other,
}

/// Digits freed from spaces, points, dashes, apostrophes, ".0" and letters typed for digits.
#[derive(Clone, Copy)]
pub(super) struct Digits {
    buffer: [u8; Digits::MAX],
    len: usize,
    /// What the cell holds.
    pub(super) shape: Shape,
    /// Whether a letter was read as the digit it looks like.
    pub(super) letters_read: bool,
}

impl Digits {
    const MAX: usize = 34;

    /// Reads the text of a cell.
    pub(super) fn read(text: &str) -> Digits {
        let mut digits =
            Digits { buffer: [0; Digits::MAX], len: 0, shape: Shape::Other, letters_read: false };
        if super::is_absent(text) || super::ditto::is_ditto(text) {
            digits.shape = Shape::Absent;
            return digits;
        }
        let text = without_label(text.trim());
        if is_scientific(text) {
            digits.shape = Shape::Scientific;
            return digits;
        }
        let mut letters = 0;
        for c in without_decimals(text).chars() {
            let digit = match c {
                '0'..='9' => c as u8,
                c if is_separator(c) => continue,
                c => match looks_like(c) {
                    Some(digit) => {
                        letters += 1;
                        digit
                    }
                    None => return digits,
                },
            };
            if digits.len == Digits::MAX {
                return digits;
            }
            digits.buffer[digits.len] = digit;
            digits.len += 1;
        }
        // Two words of letters that happen to look like digits are no number.
        if digits.len > 0 && letters * 2 < digits.len {
            digits.shape = Shape::Digits;
            digits.letters_read = letters > 0;
        }
        digits
    }

    /// The digits as text.
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.buffer[..self.len]).expect("only ASCII digits are pushed")
    }

    /// Whether these are sixteen digits of which a spreadsheet may have eaten the last: it keeps
    /// fifteen and writes 0 for the rest.
    pub(super) fn may_be_rounded(&self) -> bool {
        self.shape == Shape::Digits && self.len == 16 && self.buffer[15] == b'0'
    }

    /// Whether the spreadsheet must have eaten the serial: as a number, and 0000 is never issued.
    pub(super) fn lost_serial(&self, kind: CellKind) -> bool {
        kind == CellKind::Number && self.len == 16 && self.as_str().ends_with("0000")
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '.' | ',' | '-' | '_' | '/' | '\'' | '`' | '’' | '‘' | '"' | '´' | ':' | ';')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{ad}' | '–' | '*')
}

/// The digit a letter is typed for.
fn looks_like(c: char) -> Option<u8> {
    match c {
        'O' | 'o' | 'Q' | 'D' => Some(b'0'),
        'l' | 'I' | '|' | 'i' | '!' | 'L' => Some(b'1'),
        'Z' | 'z' => Some(b'2'),
        'S' | 's' => Some(b'5'),
        'B' => Some(b'8'),
        _ => None,
    }
}

/// "NIK: 6401…", "No. KTP 6401…": the label typed into the cell.
fn without_label(text: &str) -> &str {
    let first = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let label = &text[..first];
    let letters = label.bytes().filter(u8::is_ascii_alphabetic).count();
    let named = ["nik", "ktp", "no", "nomor", "kk"]
        .iter()
        .any(|word| label.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    if named && letters >= 2 { &text[first..] } else { text }
}

/// "6401011708620001.0": a number that went through a table of decimals.
fn without_decimals(text: &str) -> &str {
    match text.rsplit_once(['.', ',']) {
        Some((whole, "0" | "00")) if whole.bytes().filter(u8::is_ascii_digit).count() >= 15 => {
            whole
        }
        _ => text,
    }
}

/// "6.40101E+15".
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.trim_start_matches('+');
    let mantissa_fits =
        mantissa.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b' '));
    mantissa_fits
        && mantissa.bytes().any(|b| b.is_ascii_digit())
        && (1..=3).contains(&exponent.len())
        && exponent.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: (Shape, &str, bool)) {
        let found = Digits::read(text);
        assert_eq!((found.shape, found.as_str(), found.letters_read), expect, "{text}");
    }

    #[test]
    fn digits_are_freed_from_what_stands_around_them() {
        let nik = "6401011708620001";
        for text in [
            nik,
            "6401011708620001\u{a0}",
            "6401 0117 0862 0001",
            "6401.0117.0862.0001",
            "640101-170862-0001",
            "'6401011708620001",
            "`6401011708620001",
            "6401011708620001.0",
            "6401011708620001,00",
            "NIK: 6401011708620001",
            "No. KTP 6401011708620001",
            "\u{feff}6401011708620001\u{200b}",
        ] {
            check(text, (Shape::Digits, nik, false));
        }
    }

    #[test]
    fn letters_are_read_as_the_digits_they_look_like() {
        check("SOLO", (Shape::Other, "5010", false));
        check("64O1O11708620001", (Shape::Digits, "6401011708620001", true));
        check("640l0l1708620001", (Shape::Digits, "6401011708620001", true));
        check("6401011708620OOI", (Shape::Digits, "6401011708620001", true));
    }

    #[test]
    fn everything_else_has_its_shape() {
        check("3.5E+15", (Shape::Scientific, "", false));
        check("6,40101E+15", (Shape::Scientific, "", false));
        check("-", (Shape::Absent, "", false));
        check("idem", (Shape::Absent, "", false));
        check("tidak ada", (Shape::Absent, "", false));
        assert_eq!(Digits::read("Siti Aminah").shape, Shape::Other);
        assert_eq!(Digits::read(&"1".repeat(99)).shape, Shape::Other);
    }
}
