//! The key a return workbook writes beside each row: which sheet, which row, and two check
//! characters by which an edited key is told.

use std::fmt;

use base::Id;
use base::id::kind;

/// Points to one row of one received sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    /// The last six bytes of the sheet's identifier, which are random.
    sheet: u64,
    /// The sheet's place in the file, 0 for the first.
    pub sheet_index: u16,
    /// The row, 1 for the first.
    pub row: u32,
}

/// The text is not a row key, or was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowKeyProblem;

/// Letters and digits that are not mistaken for each other (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters that name the sheet: 48 bits in groups of five.
const SHEET_CHARACTERS: u32 = 10;

impl RowKey {
    /// The key of a row.
    pub fn new(sheet: Id<kind::Sheet>, sheet_index: u16, row: u32) -> RowKey {
        let bytes = &sheet.as_bytes()[10..];
        let sheet = bytes.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        RowKey { sheet, sheet_index, row }
    }

    /// Whether it points into this sheet.
    pub fn is_of(self, sheet: Id<kind::Sheet>) -> bool {
        RowKey::new(sheet, self.sheet_index, self.row) == self
    }

    /// Reads what `Display` printed; case and surrounding space do not count.
    ///
    /// # Errors
    /// [`RowKeyProblem`] when it is malformed or its check characters do not fit.
    pub fn parse(text: &str) -> Result<RowKey, RowKeyProblem> {
        let upper = text.trim().to_ascii_uppercase();
        let (body, check) = upper.rsplit_once('-').ok_or(RowKeyProblem)?;
        let mut parts = body.split('-');
        let (Some(sheet), Some(index), Some(row), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(RowKeyProblem);
        };
        let key = RowKey {
            sheet: from_characters(sheet).ok_or(RowKeyProblem)?,
            sheet_index: index.parse().map_err(|_| RowKeyProblem)?,
            row: row.parse().map_err(|_| RowKeyProblem)?,
        };
        // Printing again refuses leading zeros and signs, which parsing forgives.
        let same = key.body() == body && key.check() == check;
        same.then_some(key).ok_or(RowKeyProblem)
    }

    fn body(self) -> String {
        let mut body = String::with_capacity(24);
        for at in (0..SHEET_CHARACTERS).rev() {
            body.push(character(self.sheet >> (at * 5)));
        }
        body + &format!("-{}-{}", self.sheet_index, self.row)
    }

    /// Two characters, so that one changed key in a thousand passes.
    fn check(self) -> String {
        let mut hash = super::read::FNV_START;
        for byte in self.body().bytes() {
            hash = super::read::fnv(hash, byte);
        }
        let folded = hash ^ (hash >> 20) ^ (hash >> 40);
        [character(folded >> 5), character(folded)].iter().collect()
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.body(), self.check())
    }
}

fn character(bits: u64) -> char {
    char::from(ALPHABET[(bits & 31) as usize])
}

fn from_characters(text: &str) -> Option<u64> {
    let right_length = text.len() == SHEET_CHARACTERS as usize;
    text.bytes().filter(|_| right_length).try_fold(0u64, |sum, byte| {
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        Some(sum << 5 | value as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(row: u32) -> RowKey {
        RowKey::new(Id::new(1_700_000_000_000, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 0, row)
    }

    #[test]
    fn a_key_says_its_row_and_is_read_back() {
        let text = key(1234).to_string();
        assert!(text.contains("-0-1234-"), "{text}");
        assert_eq!(RowKey::parse(&format!(" {} ", text.to_lowercase())), Ok(key(1234)));
        assert!(key(7).is_of(Id::new(1, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])));
        assert!(!key(7).is_of(Id::new(1, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11])));
    }

    #[test]
    fn an_edited_key_is_told() {
        let text = key(1234).to_string();
        for edited in [
            text.replace("1234", "1235"),
            text.replace("1234", "01234"),
            text.replace("-0-", "-1-"),
            text[1..].to_owned(),
            String::new(),
            "bukan kunci".to_owned(),
        ] {
            assert_eq!(RowKey::parse(&edited), Err(RowKeyProblem), "{edited}");
        }
    }

    proptest! {
        #[test]
        fn parsing_undoes_printing(random: [u8; 10], sheet_index: u16, row: u32) {
            let key = RowKey::new(Id::new(1, random), sheet_index, row);
            prop_assert_eq!(RowKey::parse(&key.to_string()), Ok(key));
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            let _ = RowKey::parse(&text);
        }
    }
}
