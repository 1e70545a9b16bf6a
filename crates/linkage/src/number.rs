//! Long numbers as lists carry them: NIK, family card, phone. Read for comparing, never for
//! storing.

/// A number of up to eighteen digits, as far as the cell still has it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Number {
    /// The digits read as one number.
    pub digits: u64,
    /// How many digits there were, leading zeros counted; 0 for none.
    pub count: u8,
    /// Whether a spreadsheet kept only the first digits ("6,40104E+15"); `digits` holds those.
    pub cut: bool,
}

impl std::fmt::Debug for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Number of {} digits", self.count)
    }
}

/// Digits that a number can hold without overflow.
const DIGITS_MAX: u8 = 18; // not law: 10^18 < 2^63

impl Number {
    /// Reads a cell: spaces, points and apostrophes fall away, `O` and `l` typed for 0 and 1 count
    /// as such, the ".0" of a spreadsheet goes.
    pub fn read(cell: &str) -> Number {
        let bytes = cell.trim_ascii_end_of_zero();
        let mut number = Number::default();
        for (at, &byte) in bytes.iter().enumerate() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'O' | b'o' => 0,
                b'I' | b'i' | b'L' | b'l' => 1,
                b'E' | b'e' if number.count > 0 && bytes.get(at + 1) == Some(&b'+') => {
                    number.cut = true;
                    break;
                }
                _ => continue,
            };
            if number.count == DIGITS_MAX {
                break;
            }
            number.digits = number.digits * 10 + u64::from(digit);
            number.count += 1;
        }
        number
    }

    /// Whether it is whole: sixteen digits.
    pub fn is_whole(self) -> bool {
        self.count == 16 && !self.cut // not law: the form of the number
    }

    /// The whole number, if it is one.
    pub fn whole(self) -> Option<u64> {
        self.is_whole().then_some(self.digits)
    }
}

trait EndOfZero {
    fn trim_ascii_end_of_zero(&self) -> &[u8];
}

impl EndOfZero for str {
    /// The bytes without white space around them and without a spreadsheet's ".0".
    fn trim_ascii_end_of_zero(&self) -> &[u8] {
        let bytes = self.trim_ascii().as_bytes();
        match bytes {
            [whole @ .., b'.' | b',', b'0'] if whole.len() > 8 => whole,
            _ => bytes,
        }
    }
}

/// The digits of a phone number as they are within the country; 0 where there are too few.
pub fn phone(cell: &str) -> u64 {
    let number = Number::read(cell);
    if number.count < 8 {
        return 0;
    }
    // "62 812…", "0812…" and the "812…" of a spreadsheet are one number.
    let text = number.digits;
    let mut scale = 1u64;
    while scale <= text / 10 {
        scale *= 10;
    }
    match text / (scale / 10).max(1) {
        62 => text % (scale / 10),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_through_its_dirt() {
        for (cell, digits, count, cut) in [
            ("6401010507920002", 6_401_010_507_920_002, 16, false),
            ("'6401010507920002", 6_401_010_507_920_002, 16, false),
            ("6401 0105 0792 0002", 6_401_010_507_920_002, 16, false),
            ("6401010507920002.0", 6_401_010_507_920_002, 16, false),
            ("64O1010507920OO2", 6_401_010_507_920_002, 16, false),
            ("6,40104E+15", 640_104, 6, true),
            ("640101050792002", 640_101_050_792_002, 15, false),
            ("-", 0, 0, false),
            ("", 0, 0, false),
        ] {
            assert_eq!(Number::read(cell), Number { digits, count, cut }, "{cell}");
        }
    }

    #[test]
    fn a_phone_is_the_same_with_and_without_its_country() {
        for cell in ["+62 812-4933-3747", "081249333747", "81249333747", "6281249333747"] {
            assert_eq!(phone(cell), 81_249_333_747, "{cell}");
        }
        assert_eq!(phone("123"), 0);
    }
}
