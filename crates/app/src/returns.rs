//! The return workbook: the sender's own file, with what is wrong marked and a key on every row.

use std::collections::HashMap;
use std::io::{Cursor, Read, Seek};

use base::{Day, Field, Id, Problem, Severity, id::kind};
use documents::read::{Limits, ReadOptions, TableFound};
use documents::return_workbook::{
    CellMark, ReturnLabels, ReturnPlan, ReturnTable, RowMarks, return_workbook,
};
use documents::workbook::DocumentInfo;
use domain::intake::row_key::RowKey;
use store::staging::Edit;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation};
use crate::words::Words;

/// A row as the return workbook speaks of it.
pub struct ReturnRow<'a> {
    /// The sheet's place in the file.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The key that brings it back; empty when nothing is kept of the file.
    pub key: String,
    /// What the decision adds, such as "refused: recorded as dead"; empty for nothing.
    pub decision: String,
    /// What is wrong.
    pub problems: &'a [Problem],
}

/// What a return workbook is made from.
pub struct ReturnInput<'a> {
    /// The sender's file name; its extension is not believed.
    pub file_name: &'a str,
    /// Only the sheet of this name.
    pub only_sheet: Option<&'a str>,
    /// Its tables, as the reader found them.
    pub tables: &'a [TableFound],
    /// Every row of people.
    pub rows: &'a [ReturnRow<'a>],
    /// Cells that were corrected since it came: they go back corrected.
    pub edits: &'a [Edit],
    /// The language of the sentences.
    pub words: &'a Words,
    /// The day it is made.
    pub day: Day,
}

/// Writes the return workbook of a file.
///
/// # Errors
/// `FILE_UNREADABLE` when the original cannot be read any more; `FILE_UNWRITABLE` when it holds
/// more than a workbook does.
pub fn write_return<R: Read + Seek>(
    original: R,
    input: &ReturnInput<'_>,
) -> Result<Vec<u8>, AppError> {
    let options = ReadOptions {
        file_name: input.file_name,
        limits: Limits::standard(),
        only_sheet: input.only_sheet,
        mappings: &[],
    };
    let tables: Vec<ReturnTable> = input.tables.iter().map(return_table).collect();
    let edits = corrected(input);
    let rows = input.rows.iter().map(|row| {
        let corrected = edits.get(&(row.sheet, row.row)).cloned().unwrap_or_default();
        RowMarks { corrected, ..marks(row, input.words) }
    });
    let rows: Vec<RowMarks> = rows.collect();
    let words = input.words;
    let labels = ReturnLabels {
        how_to: words.get("return-how-to"),
        error: words.get("return-error"),
        warning: words.get("return-warning"),
        info: words.get("return-info"),
    };
    let info = DocumentInfo {
        title: words.get("return-title"),
        author: "Payung".to_owned(),
        language: "id-ID".to_owned(),
        created: Some(input.day),
    };
    let plan = ReturnPlan { tables: &tables, rows: &rows };
    return_workbook(original, &options, plan, &labels, &info).map_err(|_| {
        AppError::new(ErrorKind::Refused, "FILE_UNREADABLE", input.file_name.to_owned())
    })
}

fn return_table(table: &TableFound) -> ReturnTable {
    let keeps_digits =
        |field: Field| matches!(field, Field::Nik | Field::NoKk | Field::Phone | Field::Rt);
    let text = table.columns.iter().filter(|column| column.field.is_some_and(keeps_digits));
    ReturnTable {
        sheet: table.sheet,
        head_rows: table.head_rows,
        first_row: table.first_row,
        text_columns: text.map(|column| column.column).collect(),
    }
}

fn marks(row: &ReturnRow<'_>, words: &Words) -> RowMarks {
    let mut fix: Vec<String> = Vec::new();
    if !row.decision.is_empty() {
        fix.push(row.decision.clone());
    }
    let mut cells = Vec::new();
    for problem in row.problems {
        let sentence = words.problem(problem);
        let mut note = format!("{} {}", sentence.what, sentence.remedy);
        if let Some(suggestion) = &problem.suggestion {
            let values = [("suggestion", &**suggestion)];
            note = format!("{note} {}", words.with("return-suggestion", &values));
        }
        if let Some(cell) = problem.cell {
            let severity = problem.severity();
            cells.push(CellMark { column: cell.column, severity, note: note.clone() });
        }
        if problem.severity() >= Severity::Warning {
            fix.push(note);
        }
    }
    RowMarks {
        sheet: row.sheet,
        row: row.row,
        key: row.key.clone(),
        fix: fix.join(" "),
        cells,
        corrected: Vec::new(),
    }
}

/// Corrected cells by sheet and row; a field for which the table has no column stays outside, and
/// so does what the register knew and the sender did not.
fn corrected(input: &ReturnInput<'_>) -> HashMap<(u16, u32), Vec<(u16, String)>> {
    let mut found: HashMap<(u16, u32), Vec<(u16, String)>> = HashMap::new();
    for edit in input.edits.iter().filter(|edit| !edit.from_register) {
        let tables = input.tables.iter().filter(|table| table.sheet == edit.sheet_index);
        let table = tables.rev().find(|table| table.first_row <= edit.row);
        let columns = table.map_or(&[][..], |table| &table.columns);
        if let Some(column) = columns.iter().find(|column| column.field == Some(edit.field)) {
            let row = found.entry((edit.sheet_index, edit.row)).or_default();
            row.push((column.column, edit.text.to_string()));
        }
    }
    found
}

impl Office {
    /// Writes the return workbook of a received file, as it stands after its decisions.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `SHEET_UNDONE`, and those of [`write_return`].
    pub fn return_sheet(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        words: &Words,
    ) -> Result<Vec<u8>, AppError> {
        let unknown = || AppError::not_found("SHEET_UNKNOWN", id.to_string());
        let (sheet, rows, content, edits) = self.store.read(|tx| {
            let sheet = store::sheets::get(tx, id)?.ok_or_else(unknown)?;
            self.authorize_sheet(tx, actor, Operation::TakeIn, &sheet)?;
            let rows = store::sheets::rows(tx, id)?;
            let edits = store::staging::edits(tx, id)?;
            Ok::<_, AppError>((sheet, rows, store::sheets::blob(tx, id)?, edits))
        })?;
        let content = content.ok_or_else(|| crate::staging::forgotten(id))?;
        let tables = tables_of(&content, &sheet.file_name)?;
        let people =
            rows.iter().filter(|row| row.outcome != domain::enrolment::Outcome::NotAPerson);
        let rows: Vec<ReturnRow<'_>> = people
            .map(|row| ReturnRow {
                sheet: row.sheet_index,
                row: row.row,
                key: RowKey::new(id, row.sheet_index, row.row).to_string(),
                decision: match row.outcome.is_refused() {
                    true => format!("{}.", words.outcome(row.outcome)),
                    false => String::new(),
                },
                problems: &row.problems,
            })
            .collect();
        let input = ReturnInput {
            file_name: &sheet.file_name,
            only_sheet: None,
            tables: &tables,
            rows: &rows,
            edits: &edits,
            words,
            day: self.environment.today(),
        };
        let bytes = write_return(Cursor::new(&content), &input)?;
        self.note_return(actor, id)?;
        Ok(bytes)
    }

    /// Writes down that a file with everybody on it went back.
    pub(crate) fn note_return(&self, actor: &Actor, id: Id<kind::Sheet>) -> Result<(), AppError> {
        self.store.write(|tx| self.record(tx, actor, "sheet-returned", "sheet", id.as_bytes()))
    }
}

/// The tables of a file that was read before, found anew from its bytes.
fn tables_of(content: &[u8], file_name: &str) -> Result<Vec<TableFound>, AppError> {
    let mut tables = Vec::new();
    let options =
        ReadOptions { file_name, limits: Limits::standard(), only_sheet: None, mappings: &[] };
    documents::read::read(Cursor::new(content), &options, &mut |event| {
        if let documents::read::Event::Table(table) = event {
            tables.push(table);
        }
    })
    .map_err(|_| AppError::refused("FILE_UNREADABLE", file_name))?;
    Ok(tables)
}
