//! What a person can do about a use case that did not happen.

use std::fmt;
use std::path::Path;

use store::StoreError;

/// Why a use case did not happen: a kind, which decides on the exit code, and a code of the
/// catalogue (`error-CODE`), which says it in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppError {
    /// What sort of refusal or failure.
    pub kind: ErrorKind,
    /// The code of the catalogue.
    pub code: String,
    /// The word its sentence needs; never identity.
    pub detail: String,
}

/// The sorts of refusal and failure, by exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A failure of ours or of the machine.
    Unexpected,
    /// The command's words are off.
    Usage,
    /// Another person has to do it.
    NeedsAnother,
    /// No such record.
    NotFound,
    /// It exists already, with other content, or somebody was faster.
    Conflict,
    /// A rule or a missing permission forbids it.
    Refused,
    /// A check of integrity failed.
    Integrity,
    /// Somebody else is writing.
    Busy,
    /// Something outside failed; trying again is safe.
    External,
}

impl ErrorKind {
    /// The exit code of the command line.
    pub fn exit_code(self) -> u8 {
        match self {
            ErrorKind::Unexpected => 1,
            ErrorKind::Usage => 2,
            ErrorKind::NeedsAnother => 4,
            ErrorKind::NotFound => 5,
            ErrorKind::Conflict => 6,
            ErrorKind::Refused => 7,
            ErrorKind::Integrity => 8,
            ErrorKind::Busy => 9,
            ErrorKind::External => 10,
        }
    }
}

impl AppError {
    /// An error of a kind, by its code, with the word its sentence needs.
    pub fn new(kind: ErrorKind, code: &str, detail: impl Into<String>) -> AppError {
        // Whoever typed a NIK by mistake does not find it again in a terminal or a log.
        let detail = base::nik::hidden_in(&detail.into());
        AppError { kind, code: code.to_owned(), detail }
    }

    /// A file that cannot be written where it was asked for.
    pub(crate) fn unwritable(path: &Path) -> AppError {
        AppError::new(ErrorKind::External, "FILE_UNWRITABLE", path.display().to_string())
    }

    /// No record of that sort under that code.
    pub fn not_found(code: &str, detail: impl Into<String>) -> AppError {
        AppError::new(ErrorKind::NotFound, code, detail)
    }

    /// A rule forbids it.
    pub fn refused(code: &str, detail: impl Into<String>) -> AppError {
        AppError::new(ErrorKind::Refused, code, detail)
    }

    /// The command's words are off.
    pub fn usage(code: &str, detail: impl Into<String>) -> AppError {
        AppError::new(ErrorKind::Usage, code, detail)
    }
}

/// What somebody typed, as far as an error may repeat it: a day or an amount, and nothing else.
/// Words may name a person, and long numbers may be a person's.
pub fn typed(text: &str) -> String {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_digit() || ".,-/:+".contains(c);
    let figures = text.chars().filter(char::is_ascii_digit).count();
    let is_told = !text.is_empty() && text.chars().all(plain) && figures <= FIGURES_MOST;
    if is_told { text.to_owned() } else { "…".to_owned() }
}

/// Figures of a day; telephone numbers have more.
const FIGURES_MOST: usize = 8;

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail.as_str() {
            "" => write!(f, "{}", self.code),
            detail => write!(f, "{}: {detail}", self.code),
        }
    }
}

impl std::error::Error for AppError {}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> AppError {
        let (kind, code, detail) = match error {
            StoreError::Busy => (ErrorKind::Busy, "STORE_BUSY", String::new()),
            StoreError::Unavailable { cause } => {
                (ErrorKind::External, "STORE_UNAVAILABLE", cause.into())
            }
            StoreError::NodeAway => (ErrorKind::Busy, "NODE_AWAY", String::new()),
            StoreError::Corrupt { what } => (ErrorKind::Integrity, "STORE_DAMAGED", what.into()),
            StoreError::KeysMissing => (ErrorKind::Refused, "KEYS_MISSING", String::new()),
            StoreError::KeysDiffer => (ErrorKind::Integrity, "KEYS_DIFFER", String::new()),
            StoreError::IndexKeyOlder { needed, known } => {
                (ErrorKind::Refused, "KEYS_INDEX_OLDER", format!("{known} < {needed}"))
            }
            StoreError::IndexBehind { found, place } => {
                (ErrorKind::Refused, "INDEX_CHAIN_BEHIND", format!("{found} < {place}"))
            }
            StoreError::IndexAhead { found, place } => {
                (ErrorKind::Refused, "INDEX_CHAIN_AHEAD", format!("{found} > {place}"))
            }
            StoreError::IndexInParts => (ErrorKind::Refused, "INDEX_CHAIN_IN_PARTS", String::new()),
            StoreError::SchemaNewer { .. } => (ErrorKind::Refused, "STORE_NEWER", String::new()),
            StoreError::SchemaOlder { .. } => (ErrorKind::Refused, "STORE_OLDER", String::new()),
            StoreError::RoleTooStrong { why } => {
                (ErrorKind::Refused, "STORE_ROLE_TOO_STRONG", why.into())
            }
            StoreError::Forbidden => (ErrorKind::Refused, "STORE_FORBIDDEN", String::new()),
            other => (ErrorKind::Unexpected, "UNEXPECTED", other.to_string()),
        };
        AppError::new(kind, code, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_repeat_no_identity() {
        // An invented number of the shape of a NIK.
        let error = AppError::usage("NOT_A_DAY", "nik 6401014107700001, besok");
        assert_eq!(error.detail, "nik ••••, besok");
        for (text, told) in [
            ("2022-13-01", "2022-13-01"),
            ("1.5", "1.5"),
            ("SITI PERCOBAAN", "…"),
            ("Siti", "…"),
            ("081234567890", "…"),
            ("6401 0141 0770 0001", "…"),
            ("", "…"),
        ] {
            assert_eq!(typed(text), told, "{text}");
        }
    }
}
