//! The columns of the list for the branch: those that come with Payung, or the office's own.

use domain::sipp::{SippKind, SippSheet};
use store::Tx;

use super::builtin_sheet;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::without_nik;

/// The setting that holds the office's own columns; empty for those that come with Payung.
const COLUMNS: &str = "sipp-roster-columns";

/// The longest text that is looked at.
const TEXT_CHARS: usize = 10_000; // not law: eighty columns with long headings

impl Office {
    /// The sheet of a kind of file, with the office's own columns where it may have some.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn sipp_sheet(&self, kind: SippKind) -> Result<SippSheet, AppError> {
        self.store.read(|tx| sheet_of(tx, kind))
    }

    /// Keeps the columns of the list for the branch, one a line; without a text those that come
    /// with Payung are taken again. Whether that changed something.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SIPP_COLUMNS` with the line that is none, `TEXT_HOLDS_NIK`.
    pub fn set_sipp_columns(&self, actor: &Actor, text: Option<&str>) -> Result<bool, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        let own = builtin_sheet(SippKind::Roster);
        let text = match text {
            None => String::new(),
            Some(text) if text.chars().count() > TEXT_CHARS => {
                return Err(AppError::refused("TEXT_TOO_LONG", TEXT_CHARS.to_string()));
            }
            Some(text) => {
                without_nik(text)?;
                let wrong = |line: domain::sipp::SippSheetProblem| line.0.to_string();
                let sheet = own.clone().with_columns(text);
                let sheet = sheet.map_err(|line| AppError::refused("SIPP_COLUMNS", wrong(line)))?;
                if sheet == own { String::new() } else { sheet.columns_text() }
            }
        };
        self.store.write(|tx| {
            if store::settings::get(tx, COLUMNS)?.unwrap_or_default() == text {
                return Ok(false);
            }
            store::settings::set(tx, COLUMNS, &text)?;
            self.record(tx, actor, "sipp-columns-set", "settings", &[0; 16])?;
            Ok(true)
        })
    }
}

/// The sheet of a kind of file as the office has it.
pub(super) fn sheet_of(tx: &mut Tx<'_>, kind: SippKind) -> Result<SippSheet, AppError> {
    let sheet = builtin_sheet(kind);
    match store::settings::get(tx, COLUMNS)?.filter(|text| !text.is_empty()) {
        // What an older program kept and this one does not read gives way to what comes with it.
        Some(text) if kind == SippKind::Roster => {
            Ok(sheet.clone().with_columns(&text).unwrap_or(sheet))
        }
        _ => Ok(sheet),
    }
}
