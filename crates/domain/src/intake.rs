//! From a row as typed to what it claims: a [`Draft`] and what is wrong with it; never a failure.
//!
//! The order for a file: [`column::NikColumns`] watches every row once, [`ditto::resolve_dittos`]
//! writes out "idem", [`draft`] reads each row, [`file_check::FileCheck`] looks across rows.
//! Nothing here knows the register: that is `enrolment`.

use std::fmt;

use base::{
    Day, Field, Gazetteer, Nik, NoKk, PersonName, Phone, Problem, ProblemCode, RawRow, RegionCode,
    Rupiah, Sex,
};
/// Named again for callers that drive the reading of rows and know nothing else of the law.
pub use rules::Rulebook;

use crate::occupation::{OccupationKey, Occupations};

pub mod column;
pub mod date;
pub mod ditto;
pub mod file_check;
pub mod place;
pub mod row_key;

mod digits;
mod neighbourhood;
mod read;
mod repair;
#[cfg(test)]
mod tests;

pub use neighbourhood::Neighbourhood;

/// What reading a row needs to know of its file, its sender and the day.
pub struct DraftContext<'a> {
    /// The day of registration: ages and centuries are counted to it.
    pub today: Day,
    /// Where the people must live; the sender's regency when absent.
    pub territory: Option<RegionCode>,
    /// The sender's own village, district or regency.
    pub sender: Option<RegionCode>,
    /// Names of regions.
    pub gazetteer: &'a Gazetteer,
    /// Names of occupations.
    pub occupations: &'a Occupations,
    /// Age limits.
    pub rulebook: &'a Rulebook,
    /// Whether the workbook counts days from 1904.
    pub epoch_1904: bool,
    /// The occupation of rows that name none.
    pub default_occupation: Option<OccupationKey>,
    /// What is known of each table, by [`RawRow::table`]; a table beyond the end has no facts.
    pub tables: Vec<TableFacts>,
}

/// What is known of a table as a whole.
#[derive(Debug, Clone, Default)]
pub struct TableFacts {
    /// Village written above the table.
    pub village: Option<Box<str>>,
    /// District written above the table.
    pub district: Option<Box<str>>,
    /// Whether its NIK column lost digits to a spreadsheet.
    pub nik_rounding: column::NikRounding,
}

/// What a row claims; every field that could be read.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// The sheet's place in the file, 0 for the first.
    pub sheet: u16,
    /// The table's place in the file, 0 for the first.
    pub table: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The row key of a return workbook, as found.
    pub key: Option<Box<str>>,
    /// National identity number.
    pub nik: Option<Nik>,
    /// Where the NIK stands, for what is found out later about it.
    pub nik_at: Option<base::CellAddress>,
    /// Family card number.
    pub no_kk: Option<NoKk>,
    /// Name.
    pub name: Option<PersonName>,
    /// The name in the form in which names are compared; empty without a name.
    pub normal_name: Box<str>,
    /// Place of birth as typed.
    pub birth_place: Option<Box<str>>,
    /// Date of birth.
    pub birth: Option<Day>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Street, hamlet.
    pub address: Option<Box<str>>,
    /// Neighbourhood.
    pub rt: Option<Neighbourhood>,
    /// Community unit.
    pub rw: Option<Neighbourhood>,
    /// Village as typed in the row.
    pub village_typed: Option<Box<str>>,
    /// District as typed in the row.
    pub district_typed: Option<Box<str>>,
    /// Place of residence, as fine as it could be read.
    pub place: Option<RegionCode>,
    /// Work.
    pub occupation: Option<OccupationKey>,
    /// Work as typed.
    pub occupation_typed: Option<Box<str>>,
    /// The place of work as typed.
    pub facility: Option<Box<str>>,
    /// Where it stands.
    pub facility_at: Option<base::CellAddress>,
    /// Telephone.
    pub phone: Option<Phone>,
    /// Mother's maiden name.
    pub mother: Option<PersonName>,
    /// A number that writings of the mother's name share; 0 without one.
    pub mother_key: u64,
    /// Monthly income.
    pub income: Option<Rupiah>,
    /// Anything the sender adds.
    pub note: Option<Box<str>>,
    /// Digest of the recognised cells, the same when a return workbook rewrites them as text.
    pub content: u64,
}

impl Draft {
    /// Whether the row claims a person at all: it has a NIK, a name or a birth date.
    pub fn claims_person(&self) -> bool {
        self.nik.is_some() || self.name.is_some() || self.birth.is_some()
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Every other field is somebody's identity.
        write!(f, "Draft(sheet {}, row {})", self.sheet, self.row)
    }
}

/// Words already looked up, kept while many rows are read; it changes speed and nothing else.
#[derive(Default)]
pub struct Memo {
    places: place::PlaceMemo,
    occupations: read::OccupationMemo,
}

/// Reads one row: every field that can be read, and a problem for everything that is wrong.
///
/// Problems come in the order of [`ProblemCode`].
pub fn draft(row: &RawRow, ctx: &DraftContext<'_>, memo: &mut Memo) -> (Draft, Vec<Problem>) {
    let (draft, mut problems) = read::read_row(row, ctx, memo);
    problems.sort_by_key(|problem| problem.code);
    (draft, problems)
}

/// What is wrong with somebody's age on the day of registration; nothing when no rule is known.
pub fn age_problem(birth: Day, registered: Day, rulebook: &Rulebook) -> Option<Problem> {
    use rules::AgeVerdict;
    let code = match rulebook.age_verdict(birth, registered) {
        AgeVerdict::OverLimit { .. } => ProblemCode::AgeOverLimit,
        AgeVerdict::UnderMinimum { .. } => ProblemCode::AgeUnderMinimum,
        AgeVerdict::NearLimit { .. } => ProblemCode::AgeNearLimit,
        AgeVerdict::Eligible | AgeVerdict::Young { .. } | AgeVerdict::NoRule => return None,
    };
    Some(Problem::of_row(code).with_detail(birth.age_on(registered).to_string()))
}

/// Words that stand for an empty cell.
pub(crate) fn is_absent(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '.' | '_' | '–'));
    // Longer texts are never such a word, and this is asked of every cell.
    if text.is_empty() || text == "0" {
        return true;
    }
    let words = [
        "tidak ada",
        "tdk ada",
        "belum ada",
        "blm ada",
        "kosong",
        "nihil",
        "n/a",
        "null",
        "none",
        "xxx",
        "tidak punya",
        "tidak tahu",
        "tidak diketahui",
        "#n/a",
        "?",
    ];
    text.len() <= 16 && words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether an address names its RT or RW.
pub(crate) fn names_neighbourhood(address: &str) -> bool {
    neighbourhood::labelled(address).is_some()
}

impl DraftContext<'_> {
    /// What is known of a row's table.
    fn facts(&self, table: u16) -> Option<&TableFacts> {
        self.tables.get(usize::from(table))
    }
}

/// The position of a field in an array of all fields.
fn slot(field: Field) -> usize {
    field as usize
}
