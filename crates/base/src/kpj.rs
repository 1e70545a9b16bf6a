//! The participant number (KPJ) that BPJS Ketenagakerjaan gives to whoever it accepts.
//!
//! Eleven digits without a published check digit: a number is copied from a reply or it is not
//! there. Nothing here makes one.

use std::fmt;

/// A well-formed participant number.
///
/// `Debug` prints a mask; [`Kpj::reveal`] is the one way to the digits.
///
/// # Source
/// Guide of SIPP: the payment number is 88888 and the eleven digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kpj(u64);

/// Why a text is no participant number; the order is the order of checking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KpjProblem {
    /// Nothing there.
    Empty,
    /// Something other than digits.
    NotDigits,
    /// Not 11 digits; the number found.
    Length(usize),
    /// Nothing but zeros.
    Zero,
}

impl Kpj {
    /// Reads eleven digits, with spaces, dots or hyphens between them.
    ///
    /// A number that lost a leading zero in a spreadsheet is not mended: it is read as too short.
    ///
    /// # Errors
    /// The first [`KpjProblem`] in their order.
    pub fn parse(text: &str) -> Result<Kpj, KpjProblem> {
        let between = |c: &char| !c.is_whitespace() && !matches!(c, '.' | '-' | '\'' | '\u{a0}');
        let digits: String = text.chars().filter(between).collect();
        if digits.is_empty() {
            return Err(KpjProblem::Empty);
        }
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(KpjProblem::NotDigits);
        }
        match (digits.len(), digits.parse()) {
            (11, Ok(0)) => Err(KpjProblem::Zero),
            (11, Ok(number)) => Ok(Kpj(number)),
            (length, _) => Err(KpjProblem::Length(length)),
        }
    }

    /// The eleven digits, for the file to BPJS and the register only.
    pub fn reveal(self) -> String {
        format!("{:011}", self.0)
    }

    /// The number as an integer, for storage and keys.
    pub fn as_u64(self) -> u64 {
        self.0
    }

    /// The mask that pages and messages may show: the last three digits.
    pub fn masked(self) -> String {
        format!("********{}", &self.reveal()[8..])
    }
}

impl fmt::Debug for Kpj {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kpj({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eleven_digits_and_nothing_else() {
        for (text, expect) in [
            ("22012345678", Ok("22012345678")),
            ("01234567890", Ok("01234567890")),
            (" 220 1234-5678 ", Ok("22012345678")),
            ("'22012345678", Ok("22012345678")),
            ("", Err(KpjProblem::Empty)),
            (" - ", Err(KpjProblem::Empty)),
            ("2201234567X", Err(KpjProblem::NotDigits)),
            ("1234567890", Err(KpjProblem::Length(10))),
            ("220123456789", Err(KpjProblem::Length(12))),
            ("2.20123E+10", Err(KpjProblem::NotDigits)),
            ("00000000000", Err(KpjProblem::Zero)),
        ] {
            let found = Kpj::parse(text).map(Kpj::reveal);
            assert_eq!(found, expect.map(str::to_owned), "{text:?}");
        }
    }

    #[test]
    fn debug_prints_a_mask() {
        let kpj = Kpj::parse("22012345678").expect("a number");
        assert_eq!(format!("{kpj:?}"), "Kpj(********678)");
    }
}
