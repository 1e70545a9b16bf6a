//! Where a value of the register comes from: file, sheet, cell, who, when.

use base::id::kind;
use base::{Day, Field, Id, Problem};
use domain::enrolment::Outcome;
use store::sheets::SheetRow;

use super::Staged;
use crate::environment::day_of_moment;
use crate::error::AppError;
use crate::files::field_values;
use crate::jobs::Tell;
use crate::office::{Actor, Office};

/// A row of a received file, with all that stands behind its values.
#[derive(Debug, Clone)]
pub struct RowSource {
    /// The sheet's place in the file, and the row.
    pub row: (u16, u32),
    /// The name on the sheet's tab.
    pub sheet_name: String,
    /// The cells, in the order of fields.
    pub cells: Vec<CellSource>,
    /// What was decided; none while the file waits.
    pub outcome: Option<Outcome>,
    /// What was found.
    pub problems: Vec<Problem>,
    /// The person it was accepted for or recognised as.
    pub person: Option<Id<kind::Person>>,
    /// The later file that replaces this row.
    pub superseded_by: Option<Id<kind::Sheet>>,
    /// Whether the file was forgotten: then no cell can be read any more.
    pub forgotten: bool,
}

/// One value and where it comes from.
#[derive(Debug, Clone)]
pub struct CellSource {
    /// The field.
    pub field: Field,
    /// The cell: "B7"; empty for a value that a person typed where the file has none.
    pub cell: String,
    /// What was read; identity.
    pub value: String,
    /// Who corrected it, and on which day.
    pub corrected: Option<(Box<str>, Day)>,
}

impl Office {
    /// Where the values of a row come from.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `ROW_UNKNOWN`.
    pub fn row_source(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        place: (u16, u32),
    ) -> Result<(Staged, RowSource), AppError> {
        let staged = self.staged(actor, id)?;
        let unknown = || AppError::not_found("ROW_UNKNOWN", "");
        let (content, decided, edits, users) = self.store.read(|tx| {
            let content = store::sheets::blob(tx, id)?;
            let rows = store::sheets::rows(tx, id)?;
            let decided = rows.into_iter().find(|row| (row.sheet_index, row.row) == place);
            let edits = store::staging::edits(tx, id)?;
            Ok::<_, AppError>((content, decided, edits, store::orgs::users(tx)?))
        })?;
        let Some(content) = content else {
            let source = source_of_forgotten(place, decided.ok_or_else(unknown)?);
            return Ok((staged, source));
        };
        let rows = self.draft_staged(&staged, &content, &mut Tell::nobody())?;
        let draft = rows.drafts.iter().find(|(draft, _)| (draft.sheet, draft.row) == place);
        let (draft, found) = draft.ok_or_else(unknown)?;
        let raw = rows.facts.raw.iter().find(|raw| (raw.sheet, raw.row) == place);
        let raw = raw.ok_or_else(unknown)?;
        let edited = |field: Field| {
            edits.iter().find(|edit| (edit.sheet_index, edit.row) == place && edit.field == field)
        };
        let parsed = field_values(draft);
        let cells = raw.cells.iter().map(|value| {
            let edit = edited(value.field);
            let name = |by| users.iter().find(|user| user.id == by).map(|user| user.name.clone());
            let read = parsed.iter().find(|(field, _)| *field == value.field);
            CellSource {
                field: value.field,
                cell: value.at.a1(),
                value: read.map_or_else(|| value.cell.text.to_string(), |(_, read)| read.clone()),
                corrected: edit.map(|edit| {
                    (name(edit.by).unwrap_or_default(), day_of_moment(edit.at_ms.unsigned_abs()))
                }),
            }
        });
        let sheets = &rows.facts.sheets;
        let tab = sheets.iter().find(|found| found.sheet == place.0);
        let source = RowSource {
            row: place,
            sheet_name: tab.map_or(String::new(), |found| found.name.clone()),
            cells: cells.collect(),
            outcome: decided.as_ref().map(|row| row.outcome),
            problems: decided.as_ref().map_or(found, |row| &row.problems).clone(),
            person: decided.as_ref().and_then(|row| row.person),
            superseded_by: decided.and_then(|row| row.superseded_by),
            forgotten: false,
        };
        Ok((staged, source))
    }

    /// The rows that put a person on lists, for somebody who may see their files: file and row.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn rows_of_person(
        &self,
        actor: &Actor,
        person: Id<kind::Person>,
    ) -> Result<Vec<(Id<kind::Sheet>, (u16, u32))>, AppError> {
        let rows = self.store.read(|tx| store::staging::enlisted_as(tx, person))?;
        let seen = rows.into_iter().filter(|(_, one)| self.staged(actor, one.sheet).is_ok());
        Ok(seen.map(|(_, one)| (one.sheet, (one.sheet_index, one.row))).collect())
    }
}

/// What is left of a row whose file was forgotten: what was decided.
fn source_of_forgotten(row: (u16, u32), decided: SheetRow) -> RowSource {
    RowSource {
        row,
        sheet_name: String::new(),
        cells: Vec::new(),
        outcome: Some(decided.outcome),
        problems: decided.problems,
        person: decided.person,
        superseded_by: decided.superseded_by,
        forgotten: true,
    }
}
