//! Where a value of the register comes from: file, sheet, cell, who, when.

use base::id::kind;
use base::{Day, Field, Id, Problem};
use domain::enrolment::Outcome;
use sha2::{Digest, Sha256};
use store::Tx;
use store::audit::AuditLine;
use store::sheets::SheetRow;

use super::Staged;
use crate::error::AppError;
use crate::files::field_values;
use crate::jobs::Tell;
use crate::office::{Actor, Office, Operation};
use crate::people::{REVEALED, usable_reason};

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
        let (staged, zone) = (self.staged(actor, id)?, self.zone());
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
                value: {
                    let read = read.map_or(&*value.cell.text, |(_, read)| read.as_str());
                    match edit.is_some_and(|edit| edit.from_register) {
                        // Who they are is asked of the person's own page.
                        true => super::mask_digits(read),
                        false => read.to_owned(),
                    }
                },
                corrected: edit
                    .map(|edit| (name(edit.by).unwrap_or_default(), zone.day(edit.at_ms))),
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

    /// Asks to see the numbers in a row whole; the asking, which [`Office::row_is_open`] takes.
    ///
    /// A row that became somebody is that person: the asking stands in their history.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`.
    pub fn ask_to_look_at_row(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        place: (u16, u32),
        reason: &str,
    ) -> Result<Id<AuditLine>, AppError> {
        let staged = self.staged(actor, id)?;
        self.authorize(actor, Operation::Unmask, &staged.target())?;
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let object = object_of(tx, id, place)?;
            self.note_act(tx, actor, object, REVEALED, &reason)
        })
    }

    /// Whether an asking opens a row now: one's own, for this row, a few minutes old.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn row_is_open(
        &self,
        actor: &Actor,
        staged: &Staged,
        place: (u16, u32),
        asking: Option<Id<AuditLine>>,
    ) -> Result<bool, AppError> {
        let may = self.authorize(actor, Operation::Unmask, &staged.target()).is_ok();
        let Some(asking) = asking.filter(|_| may) else { return Ok(false) };
        self.store.read(|tx| {
            let (_, object) = object_of(tx, staged.sheet.id, place)?;
            self.opens(tx, actor, object, asking)
        })
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

/// What the audit log calls a row: the person whom it became, or else the row itself.
fn object_of(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
    place: (u16, u32),
) -> Result<(&'static str, [u8; 16]), AppError> {
    let rows = store::sheets::rows(tx, sheet)?;
    let decided = rows.into_iter().find(|row| (row.sheet_index, row.row) == place);
    if let Some(person) = decided.and_then(|row| row.person) {
        return Ok(("person", *person.as_bytes()));
    }
    let mut digest = Sha256::new();
    digest.update(sheet.as_bytes());
    digest.update(place.0.to_be_bytes());
    digest.update(place.1.to_be_bytes());
    let digest: [u8; 32] = digest.finalize().into();
    let half = *digest.first_chunk().expect("a half of 32 bytes is 16");
    Ok(("row", *Id::<RowSource>::derived(half).as_bytes()))
}
