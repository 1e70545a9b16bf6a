//! What is wrong with a row: a code, a place, and where possible a proposal.
//!
//! The sentences for people live in the catalogue (`crates/app/words/`), one per code, in
//! Indonesian and English; `cargo xtask tidy` keeps the two lists equal.

use std::fmt;

use crate::cell::{CellAddress, Field};

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Info,
    /// To be confirmed; the row goes on.
    Warning,
    /// To be mended; the row waits.
    Error,
}

impl Severity {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $severity:ident),* $(,)?) => {
        /// Every problem a row can have, in the order in which rows are checked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemCode { $($(#[$doc])* $variant),* }

        impl ProblemCode {
            /// Every code, in order.
            pub const ALL: &'static [ProblemCode] = &[$(ProblemCode::$variant),*];

            /// The stable code.
            pub fn name(self) -> &'static str {
                match self { $(ProblemCode::$variant => $name),* }
            }

            /// The code with this stable name.
            pub fn from_name(name: &str) -> Option<ProblemCode> {
                match name { $($name => Some(ProblemCode::$variant),)* _ => None }
            }

            /// How much it weighs.
            pub fn severity(self) -> Severity {
                match self { $(ProblemCode::$variant => Severity::$severity),* }
            }
        }
    };
}

codes! {
    /// The cell holds a spreadsheet error such as `#REF!`.
    CellError = "CELL_ERROR" Error,
    /// A formula was saved without its value.
    FormulaWithoutValue = "FORMULA_WITHOUT_VALUE" Error,
    /// "idem" or a ditto mark, read as the cell above.
    Ditto = "DITTO" Info,
    /// The row key was changed or belongs to another file.
    RowKeyUnknown = "ROW_KEY_UNKNOWN" Error,
    /// No NIK.
    NikMissing = "NIK_MISSING" Error,
    /// The NIK column holds a name and the name column a number.
    NikNameSwapped = "NIK_NAME_SWAPPED" Warning,
    /// The spreadsheet rounded the NIK; the last digits are lost.
    NikRounded = "NIK_ROUNDED" Error,
    /// Letters typed for digits (O, l, I), read as digits.
    NikLettersReadAsDigits = "NIK_LETTERS_READ_AS_DIGITS" Warning,
    /// Something other than digits.
    NikNotDigits = "NIK_NOT_DIGITS" Error,
    /// Not 16 digits.
    NikLength = "NIK_LENGTH" Error,
    /// The first two digits are no province.
    NikProvince = "NIK_PROVINCE" Error,
    /// The date inside is impossible.
    NikDate = "NIK_DATE" Error,
    /// The serial is 0000.
    NikSerial = "NIK_SERIAL" Error,
    /// A family card number stands in the NIK column.
    NikIsKk = "NIK_IS_KK" Error,
    /// The region in the NIK is in no list, present or past.
    NikRegionUnknown = "NIK_REGION_UNKNOWN" Info,
    /// The birth date in the NIK differs from the row's.
    NikBirthDiffers = "NIK_BIRTH_DIFFERS" Warning,
    /// The sex in the NIK differs from the row's.
    NikSexDiffers = "NIK_SEX_DIFFERS" Warning,
    /// The family card number is malformed.
    KkMalformed = "KK_MALFORMED" Warning,
    /// No name.
    NameMissing = "NAME_MISSING" Error,
    /// Not a name.
    NameNotAName = "NAME_NOT_A_NAME" Error,
    /// Too long for a name.
    NameTooLong = "NAME_TOO_LONG" Error,
    /// No birth date; the one in the NIK is taken.
    BirthDateFromNik = "BIRTH_DATE_FROM_NIK" Warning,
    /// No birth date and none to be had from the NIK.
    BirthDateMissing = "BIRTH_DATE_MISSING" Error,
    /// A birth date nobody can read.
    BirthDateUnreadable = "BIRTH_DATE_UNREADABLE" Error,
    /// Day and month could be swapped.
    BirthDateAmbiguous = "BIRTH_DATE_AMBIGUOUS" Warning,
    /// A birth date after today or more than 110 years ago.
    BirthDateOutOfRange = "BIRTH_DATE_OUT_OF_RANGE" Error,
    /// No sex; the one in the NIK is taken.
    SexFromNik = "SEX_FROM_NIK" Info,
    /// A sex nobody can read.
    SexUnreadable = "SEX_UNREADABLE" Warning,
    /// The place is outside the sender's territory.
    PlaceOutside = "PLACE_OUTSIDE" Error,
    /// No village of that name in the district.
    PlaceUnknown = "PLACE_UNKNOWN" Warning,
    /// The village is the sender's regency's, but not the sender's own.
    PlaceOtherVillage = "PLACE_OTHER_VILLAGE" Warning,
    /// No occupation.
    OccupationMissing = "OCCUPATION_MISSING" Warning,
    /// An occupation that is in no list.
    OccupationUnknown = "OCCUPATION_UNKNOWN" Warning,
    /// The programme is for people of facilities, and the row names none that the register knows.
    FacilityUnknown = "FACILITY_UNKNOWN" Error,
    /// A telephone number nobody can read.
    PhoneUnreadable = "PHONE_UNREADABLE" Info,
    /// An income nobody can read.
    IncomeUnreadable = "INCOME_UNREADABLE" Warning,
    /// The same person stands earlier in this file.
    DuplicateInFile = "DUPLICATE_IN_FILE" Warning,
    /// The same person is on another list of this programme.
    DuplicateInProgramme = "DUPLICATE_IN_PROGRAMME" Warning,
    /// Two different people carry one NIK.
    NikShared = "NIK_SHARED" Error,
    /// The same name, birth date and mother or village stand under another NIK.
    SamePersonOtherNik = "SAME_PERSON_OTHER_NIK" Error,
    /// The civil registry does not know the NIK.
    DukcapilUnknown = "DUKCAPIL_UNKNOWN" Warning,
    /// The civil registry has another name or birth date.
    DukcapilDiffers = "DUKCAPIL_DIFFERS" Warning,
    /// On a list of the dead.
    OnDeathList = "ON_DEATH_LIST" Warning,
    /// On a list of civil servants.
    OnAsnList = "ON_ASN_LIST" Warning,
    /// At the age limit or past it on the day of registration.
    AgeOverLimit = "AGE_OVER_LIMIT" Warning,
    /// Too young to work.
    AgeUnderMinimum = "AGE_UNDER_MINIMUM" Warning,
    /// Reaches the age limit within twelve months.
    AgeNearLimit = "AGE_NEAR_LIMIT" Info,
    /// Already insured by somebody else.
    AlreadyInsured = "ALREADY_INSURED" Warning,
    /// Another region of this server holds the same NIK; which one is not said.
    NikInOtherRegion = "NIK_IN_OTHER_REGION" Warning,
}

/// One thing wrong with one row.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub code: ProblemCode,
    /// In which field, when it is about one.
    pub field: Option<Field>,
    /// Where.
    pub cell: Option<CellAddress>,
    /// A number or word the sentence needs, such as the length found; never identity.
    pub detail: Option<Box<str>>,
    /// A proposed value. May be identity: shown to the row's owner only.
    pub suggestion: Option<Box<str>>,
}

impl Problem {
    /// A problem of the row as a whole.
    pub fn of_row(code: ProblemCode) -> Problem {
        Problem { code, field: None, cell: None, detail: None, suggestion: None }
    }

    /// A problem of one cell.
    pub fn of_cell(code: ProblemCode, field: Field, cell: CellAddress) -> Problem {
        Problem { field: Some(field), cell: Some(cell), ..Problem::of_row(code) }
    }

    /// Adds the number or word that the sentence needs.
    pub fn with_detail(self, detail: impl Into<Box<str>>) -> Problem {
        Problem { detail: Some(detail.into()), ..self }
    }

    /// Adds a proposed value.
    pub fn with_suggestion(self, suggestion: impl Into<Box<str>>) -> Problem {
        Problem { suggestion: Some(suggestion.into()), ..self }
    }

    /// How much it weighs.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.name())?;
        if let Some(cell) = &self.cell {
            write!(f, " at {}", cell.a1())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_found_by_name() {
        for code in ProblemCode::ALL {
            assert_eq!(ProblemCode::from_name(code.name()), Some(*code));
        }
    }

    #[test]
    fn debug_shows_no_suggestion() {
        let problem = Problem::of_row(ProblemCode::NikDate).with_suggestion("6401011708620001");
        assert_eq!(format!("{problem:?}"), "NIK_DATE");
    }
}
