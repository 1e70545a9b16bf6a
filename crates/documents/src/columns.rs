//! The columns Payung reads: how their headings are spelt, and what their cells look like.
//!
//! One list, [`COLUMNS`], serves the reader, the guide and the tests. A heading is matched as a
//! known spelling (certain), by its words or by a small misspelling (likely); a column whose
//! heading says nothing is guessed from its cells elsewhere.

mod rules;
mod shapes;
mod spellings;

use std::collections::HashMap;
use std::sync::OnceLock;

use base::Field;

use crate::read::Confidence;
pub(crate) use shapes::{Shape, digits_of, has_date, is_nik_like};
pub use spellings::COLUMNS;
use spellings::{OTHERS, RUNNING_NUMBER};

/// The heading of the column by which a corrected return workbook is merged.
pub const ROW_KEY_HEADER: &str = "Kunci baris (jangan diubah)";
/// The heading of the column that says what to mend.
pub const FIX_HEADER: &str = "Yang harus diperbaiki";

/// A column that Payung reads.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What it holds.
    pub field: Field,
    /// Known spellings of its heading, the most telling first; case, spaces, punctuation and
    /// footnote marks do not count.
    pub spellings: &'static [&'static str],
    /// What to put into it, for the guide.
    pub help: &'static str,
}

/// What a heading says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    /// A field, how sure that is, and the place of the spelling in its list.
    Field(Field, Confidence, u16),
    /// A column of this name is known, and not read.
    Other,
    /// A running number.
    RunningNumber,
    /// The row key of a return workbook.
    RowKey,
    /// The column "what to mend" of a return workbook.
    Fix,
    /// Nothing that is known.
    Unknown,
}

impl Heading {
    /// The field, if it is one.
    pub(crate) fn field(self) -> Option<Field> {
        match self {
            Heading::Field(field, ..) => Some(field),
            _ => None,
        }
    }

    /// Whether it is a heading that is known, read or not.
    pub(crate) fn is_known(self) -> bool {
        self != Heading::Unknown
    }
}

/// Reads a heading.
pub(crate) fn read_heading(text: &str) -> Heading {
    let exact = exact_heading(text);
    if exact.is_known() {
        return exact;
    }
    let words = words(text);
    match rules::by_words(&words) {
        Heading::Unknown => rules::by_distance(&compact(text)),
        found => found,
    }
}

/// Reads a heading by known spellings alone, which is cheap.
pub(crate) fn exact_heading(text: &str) -> Heading {
    if text.len() > 120 {
        return Heading::Unknown;
    }
    let key = compact(text);
    if key.is_empty() {
        return if text.trim() == "#" { Heading::RunningNumber } else { Heading::Unknown };
    }
    if let Some(found) = spelling_of(&key) {
        return found;
    }
    match without_brackets(text) {
        Some(bare) => spelling_of(&compact(&bare)).unwrap_or(Heading::Unknown),
        None => Heading::Unknown,
    }
}

/// The words of a heading: lower case, without punctuation.
pub(crate) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|char: char| !char.is_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A heading without anything but letters and digits, in lower case: "No. KTP" and "NO_KTP" alike.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn spelling_of(key: &str) -> Option<Heading> {
    known().get(key).copied()
}

/// Every known spelling, compacted.
fn known() -> &'static HashMap<String, Heading> {
    static KNOWN: OnceLock<HashMap<String, Heading>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = HashMap::new();
        for column in COLUMNS {
            for (place, spelling) in column.spellings.iter().enumerate() {
                let place = u16::try_from(place).unwrap_or(u16::MAX);
                let heading = Heading::Field(column.field, Confidence::Certain, place);
                known.insert(compact(spelling), heading);
            }
        }
        known.extend(OTHERS.iter().map(|spelling| (compact(spelling), Heading::Other)));
        known.extend(RUNNING_NUMBER.iter().map(|text| (compact(text), Heading::RunningNumber)));
        known.insert(compact(ROW_KEY_HEADER), Heading::RowKey);
        known.insert(compact(FIX_HEADER), Heading::Fix);
        known
    })
}

/// The heading without what stands in brackets; none when nothing does or nothing is left.
fn without_brackets(text: &str) -> Option<String> {
    if !text.contains(['(', '[', '{']) {
        return None;
    }
    let mut depth = 0_u32;
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(char),
            _ => (),
        }
    }
    (!compact(&out).is_empty()).then_some(out)
}

#[cfg(test)]
mod tests;
