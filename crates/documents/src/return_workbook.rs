//! The sender's own list, returned: same sheets, same rows, with what has to be mended.
//!
//! Faulty cells are coloured and carry a note; two columns after the last used one say per row
//! what to do and hold the key by which the mended row finds its way back. Everything else reads
//! back as it was sent, so that an untouched row is seen to be untouched.

mod looks;

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use base::{CellAddress, CellKind, Severity};
use rust_xlsxwriter::{Format, Note, Workbook, Worksheet, XlsxError};

use crate::columns::{FIX_HEADER, ROW_KEY_HEADER};
use crate::read::{RawPart, ReadOptions, Refusal, Region, raw_cells};
use crate::workbook::{DocumentInfo, SheetNames, WriteProblem, properties, text_for_cell};
use looks::{Looks, Mark, Value};

/// What is known of the list that goes back.
#[derive(Clone, Copy)]
pub struct ReturnPlan<'a> {
    /// Its tables, as the reader found them.
    pub tables: &'a [ReturnTable],
    /// Every row of people, also the good ones: they need a key too.
    pub rows: &'a [RowMarks],
}

/// A table of people on a sheet of the list.
#[derive(Debug, Clone)]
pub struct ReturnTable {
    /// The sheet, 0 for the first.
    pub sheet: u16,
    /// First and last row of the head, 1 for the sheet's first; none when there is no head.
    pub head_rows: Option<(u32, u32)>,
    /// The first row below the head.
    pub first_row: u32,
    /// Columns whose digits must survive typing: NIK, family card, telephone.
    pub text_columns: Vec<u16>,
}

/// What to say about one row.
#[derive(Clone)]
pub struct RowMarks {
    /// The sheet, 0 for the first.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The key that brings the row back to its record.
    pub key: String,
    /// What has to be mended, in sentences; empty when nothing.
    pub fix: String,
    /// The cells that are meant.
    pub cells: Vec<CellMark>,
    /// Cells that were corrected since the list came, by column: written as they are now.
    pub corrected: Vec<(u16, String)>,
}

/// What to say about one cell.
#[derive(Clone)]
pub struct CellMark {
    /// The column, 0 for A.
    pub column: u16,
    /// How much it weighs.
    pub severity: Severity,
    /// The sentence in the cell's note.
    pub note: String,
}

/// Words of the return workbook.
#[derive(Debug, Clone, Default)]
pub struct ReturnLabels {
    /// The note on the head of the first added column: how to mend and send back.
    pub how_to: String,
    /// Opens the note of a cell that must be mended: the colour alone says nothing.
    pub error: String,
    /// Opens the note of a cell to be confirmed.
    pub warning: String,
    /// Opens the note of a cell worth knowing about.
    pub info: String,
}

/// Why a list could not be returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnProblem {
    /// The original cannot be read.
    Unreadable(Refusal),
    /// The return cannot be written.
    Unwritable(WriteProblem),
}

/// Notes of one sheet; past this the sentences stand in the added column alone, because
/// spreadsheet programs grow slow with many notes.
const NOTES_PER_SHEET: usize = 4_000;
/// A merged region larger than this is left open.
const MERGED_CELLS_MAX: u64 = 2_000;
/// Merged regions of one sheet past this are left open.
const MERGES_PER_SHEET: usize = 5_000;

/// Writes the return workbook of an original, whatever its format, as XLSX.
///
/// # Errors
/// [`ReturnProblem::Unreadable`] when the original cannot be read any more, and
/// [`ReturnProblem::Unwritable`] when it holds more than XLSX does.
pub fn return_workbook<R: Read + Seek>(
    original: R,
    options: &ReadOptions<'_>,
    plan: ReturnPlan<'_>,
    labels: &ReturnLabels,
    info: &DocumentInfo,
) -> Result<Vec<u8>, ReturnProblem> {
    let mut writer = Writer::new(plan, labels);
    let mut problem = None;
    raw_cells(original, options, &mut |part| {
        if problem.is_none() {
            problem = writer.part(part).err();
        }
    })
    .map_err(ReturnProblem::Unreadable)?;
    match problem {
        Some(problem) => Err(ReturnProblem::Unwritable(problem)),
        None => writer.finish(info).map_err(ReturnProblem::Unwritable),
    }
}

/// Copies the sheets as they are told and adds what is to be said.
struct Writer<'a> {
    plan: ReturnPlan<'a>,
    labels: &'a ReturnLabels,
    marks: HashMap<(u16, u32), &'a RowMarks>,
    looks: Looks,
    workbook: Workbook,
    names: SheetNames,
    current: Option<Sheet<'a>>,
    any_visible: bool,
}

/// The sheet that is being written.
struct Sheet<'a> {
    index: u16,
    sheet: Worksheet,
    tables: Vec<&'a ReturnTable>,
    text_columns: HashSet<u16>,
    /// First head row and last row of people; cells outside do not count as the table's.
    span: Option<(u32, u32)>,
    last_column: u16,
    /// Columns of an earlier return, which are written anew.
    old_columns: Vec<(u16, u32)>,
    widths: Vec<usize>,
    merges: usize,
    notes: usize,
    /// Marked cells that hold something.
    written: HashSet<(u32, u16)>,
    row: (u32, Option<&'a RowMarks>),
}

impl<'a> Writer<'a> {
    fn new(plan: ReturnPlan<'a>, labels: &'a ReturnLabels) -> Writer<'a> {
        Writer {
            plan,
            labels,
            marks: plan.rows.iter().map(|row| ((row.sheet, row.row), row)).collect(),
            looks: Looks::new(),
            workbook: Workbook::new(),
            names: SheetNames::default(),
            current: None,
            any_visible: false,
        }
    }

    fn part(&mut self, part: RawPart<'_>) -> Result<(), WriteProblem> {
        match part {
            RawPart::Sheet { sheet, name, hidden } => {
                self.close_sheet()?;
                self.begin_sheet(sheet, name, hidden)
            }
            RawPart::Merged { region, .. } => match &mut self.current {
                Some(sheet) => sheet.merge(region),
                None => Ok(()),
            },
            RawPart::Cell { at, kind, text } => self.cell(at, kind, text),
        }
    }

    fn begin_sheet(&mut self, index: u16, name: &str, hidden: bool) -> Result<(), WriteProblem> {
        let mut sheet = Worksheet::new();
        sheet.set_name(self.names.unique(name))?;
        if hidden {
            sheet.set_hidden(true);
        } else if !self.any_visible {
            // The first sheet that shows is the one that opens.
            sheet.set_active(true);
            self.any_visible = true;
        }
        let tables: Vec<&ReturnTable> =
            self.plan.tables.iter().filter(|table| table.sheet == index).collect();
        let first = tables.iter().map(|table| table.top()).min();
        let rows = self.plan.rows.iter().filter(|row| row.sheet == index);
        let last = rows.map(|row| row.row).max();
        let text_columns: HashSet<u16> =
            tables.iter().flat_map(|table| table.text_columns.iter().copied()).collect();
        for column in &text_columns {
            sheet.set_column_format(*column, &self.looks.typed_text)?;
        }
        self.current = Some(Sheet {
            index,
            sheet,
            span: first.map(|first| (first, last.unwrap_or(first).max(first))),
            tables,
            text_columns,
            last_column: 0,
            old_columns: Vec::new(),
            widths: Vec::new(),
            merges: 0,
            notes: 0,
            written: HashSet::new(),
            row: (0, None),
        });
        Ok(())
    }

    fn cell(&mut self, at: CellAddress, kind: CellKind, text: &str) -> Result<(), WriteProblem> {
        let Some(sheet) = &mut self.current else { return Ok(()) };
        if sheet.row.0 != at.row {
            sheet.row = (at.row, self.marks.get(&(at.sheet, at.row)).copied());
        }
        let head = sheet.tables.iter().any(|table| table.is_head(at.row));
        if head && [FIX_HEADER, ROW_KEY_HEADER].contains(&text.trim()) {
            sheet.old_columns.push((at.column, at.row));
        }
        let old = |&(column, from): &(u16, u32)| at.column == column && at.row >= from;
        if sheet.old_columns.iter().any(old) {
            return Ok(());
        }
        let corrected = sheet.row.1.and_then(|row| corrected_text(row, at.column));
        let (kind, text) = corrected.map_or((kind, text), |text| (CellKind::Text, text));
        let people = sheet.span.is_none_or(|(first, last)| (first..=last).contains(&at.row));
        if people {
            sheet.last_column = sheet.last_column.max(at.column);
            sheet.measure(at.column, text);
        }
        let mark = sheet.row.1.and_then(|row| mark_of(row, at.column));
        if mark.is_some() || corrected.is_some() {
            sheet.written.insert((at.row, at.column));
        }
        let look = match (head, mark) {
            (true, _) => Mark::Head,
            (false, Some(severity)) => Mark::Problem(severity),
            (false, None) => Mark::Plain,
        };
        let typed = sheet.text_columns.contains(&at.column) && people && !head;
        let value = if typed { Value::typed_text(kind, text) } else { Value::of(kind, text) };
        let format = self.looks.format(&value, look, typed);
        put(&mut sheet.sheet, (at.row - 1, at.column), &value, format)?;
        Ok(())
    }

    /// Writes what follows the last cell: the added columns, marks on empty cells, notes.
    fn close_sheet(&mut self) -> Result<(), WriteProblem> {
        let Some(mut sheet) = self.current.take() else { return Ok(()) };
        if !sheet.tables.is_empty() {
            let fix = sheet.last_column.checked_add(1).ok_or(WriteProblem::TooLarge)?;
            let key = fix.checked_add(1).ok_or(WriteProblem::TooLarge)?;
            sheet.heads(fix, key, self.labels, &self.looks)?;
            let index = sheet.index;
            for row in self.plan.rows.iter().filter(|row| row.sheet == index) {
                sheet.marks(row, (fix, key), self.labels, &self.looks)?;
            }
            sheet.shape(fix, key, &self.looks)?;
        }
        self.workbook.push_worksheet(sheet.sheet);
        Ok(())
    }

    fn finish(mut self, info: &DocumentInfo) -> Result<Vec<u8>, WriteProblem> {
        self.close_sheet()?;
        if self.workbook.worksheets().is_empty() {
            self.workbook.add_worksheet();
        } else if !self.any_visible {
            // A workbook must show one sheet.
            self.workbook.worksheet_from_index(0)?.set_hidden(false).set_active(true);
        }
        self.workbook.set_properties(&properties(info)?);
        Ok(self.workbook.save_to_buffer()?)
    }
}

impl ReturnTable {
    fn top(&self) -> u32 {
        self.head_rows.map_or(self.first_row, |rows| rows.0)
    }

    fn is_head(&self, row: u32) -> bool {
        self.head_rows.is_some_and(|(first, last)| (first..=last).contains(&row))
    }

    /// The row for the added heads; none when the people begin in the sheet's first row.
    fn head_row(&self) -> Option<u32> {
        let row = self.head_rows.map_or(self.first_row.saturating_sub(1), |rows| rows.1);
        (row > 0).then_some(row)
    }
}

impl Sheet<'_> {
    /// Remembers how wide a column's texts are.
    fn measure(&mut self, column: u16, text: &str) {
        let column = usize::from(column);
        if self.widths.len() <= column {
            self.widths.resize(column + 1, 0);
        }
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        self.widths[column] = self.widths[column].max(longest);
    }

    fn merge(&mut self, region: Region) -> Result<(), WriteProblem> {
        let rows = u64::from(region.last_row.saturating_sub(region.first_row)) + 1;
        let columns = u64::from(region.last_column.saturating_sub(region.first_column)) + 1;
        let cells = rows * columns;
        if !(2..=MERGED_CELLS_MAX).contains(&cells)
            || region.first_row == 0
            || self.merges >= MERGES_PER_SHEET
        {
            return Ok(());
        }
        let in_table =
            |(first, last): (u32, u32)| region.first_row <= last && first <= region.last_row;
        if self.span.is_some_and(in_table) {
            self.last_column = self.last_column.max(region.last_column);
        }
        self.merges += 1;
        let merged = self.sheet.merge_range(
            region.first_row - 1,
            region.first_column,
            region.last_row - 1,
            region.last_column,
            "",
            &Format::default(),
        );
        match merged {
            // Files with regions that overlap exist; the first one stands.
            Ok(_) | Err(XlsxError::MergeRangeOverlaps(..)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the heads of the added columns beside every table's own.
    fn heads(
        &mut self,
        fix: u16,
        key: u16,
        labels: &ReturnLabels,
        looks: &Looks,
    ) -> Result<(), WriteProblem> {
        for row in self.tables.iter().filter_map(|table| table.head_row()) {
            self.sheet.write_string_with_format(row - 1, fix, FIX_HEADER, &looks.added_head)?;
            self.sheet.write_string_with_format(row - 1, key, ROW_KEY_HEADER, &looks.added_head)?;
            if !labels.how_to.is_empty() {
                self.sheet.insert_note(row - 1, fix, &note(&labels.how_to))?;
            }
        }
        Ok(())
    }

    /// Writes the sentences, the key and the notes of one row.
    fn marks(
        &mut self,
        row: &RowMarks,
        (fix, key): (u16, u16),
        labels: &ReturnLabels,
        looks: &Looks,
    ) -> Result<(), WriteProblem> {
        let Some(at) = row.row.checked_sub(1) else { return Ok(()) };
        if !row.fix.is_empty() {
            let worst = row.cells.iter().map(|cell| cell.severity).max();
            let look = looks.sentences(worst.unwrap_or(Severity::Info));
            self.sheet.write_string_with_format(at, fix, text_for_cell(&row.fix), look)?;
        }
        self.sheet.write_string_with_format(at, key, text_for_cell(&row.key), &looks.key)?;
        for (column, text) in row.corrected.iter().filter(|(column, _)| *column < fix) {
            // A cell that was empty has not been told of, and is written here.
            if self.written.insert((row.row, *column)) && !text.is_empty() {
                let value = Value::typed_text(CellKind::Text, text);
                put(&mut self.sheet, (at, *column), &value, Some(&looks.typed_text))?;
            }
        }
        let mut done: Vec<u16> = Vec::new();
        for cell in &row.cells {
            if done.contains(&cell.column) || cell.column >= fix {
                continue;
            }
            done.push(cell.column);
            if !self.written.contains(&(row.row, cell.column)) {
                let severity = mark_of(row, cell.column).unwrap_or(cell.severity);
                let value = Value::Blank;
                let format = looks.format(&value, Mark::Problem(severity), true);
                put(&mut self.sheet, (at, cell.column), &value, format)?;
            }
            if self.notes < NOTES_PER_SHEET {
                self.notes += 1;
                let text = note_text(row, cell.column, labels);
                self.sheet.insert_note(at, cell.column, &note(&text))?;
            }
        }
        Ok(())
    }

    /// Sets widths and keeps the head in sight.
    fn shape(&mut self, fix: u16, key: u16, looks: &Looks) -> Result<(), WriteProblem> {
        for (column, chars) in (0u16..).zip(&self.widths).filter(|(column, _)| *column < fix) {
            let chars = (*chars).clamp(4, 42) as f64;
            self.sheet.set_column_width(column, chars + 2.0)?;
        }
        self.sheet.set_column_width(fix, 60)?;
        self.sheet.set_column_width(key, 24)?;
        self.sheet.set_column_format(key, &looks.key)?;
        // With tables far below each other, only the first head can stay.
        let first = self.tables.iter().filter_map(|table| table.head_row()).min();
        if let Some(row) = first.filter(|row| *row <= 30) {
            self.sheet.set_freeze_panes(row, 0)?;
        }
        Ok(())
    }
}

/// What a corrected cell says now.
fn corrected_text(row: &RowMarks, column: u16) -> Option<&str> {
    let found = row.corrected.iter().find(|(corrected, _)| *corrected == column);
    found.map(|(_, text)| text.as_str())
}

/// The worst that is said about a cell.
fn mark_of(row: &RowMarks, column: u16) -> Option<Severity> {
    let marks = row.cells.iter().filter(|cell| cell.column == column);
    marks.map(|cell| cell.severity).max()
}

/// All that is said about a cell, one line each, every line opened by the word for its weight.
fn note_text(row: &RowMarks, column: u16, labels: &ReturnLabels) -> String {
    let mut text = String::new();
    for cell in row.cells.iter().filter(|cell| cell.column == column) {
        let word = match cell.severity {
            Severity::Error => &labels.error,
            Severity::Warning => &labels.warning,
            Severity::Info => &labels.info,
        };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(word);
        if !word.is_empty() {
            text.push(' ');
        }
        text.push_str(&cell.note);
    }
    text
}

fn note(text: &str) -> Note {
    // About 38 characters stand on a line of a note of this width.
    let lines: usize = text.lines().map(|line| line.chars().count() / 38 + 1).sum();
    let height = 18 * (lines.clamp(2, 20) as u32 + 1);
    Note::new(text_for_cell(text)).add_author_prefix(false).set_width(260).set_height(height)
}

/// Writes a value; a text is written as text, whatever it looks like.
fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value<'_>,
    format: Option<&Format>,
) -> Result<(), XlsxError> {
    match (value, format) {
        (Value::Text(text), None) => sheet.write_string(row, column, text_for_cell(text))?,
        (Value::Text(text), Some(format)) => {
            sheet.write_string_with_format(row, column, text_for_cell(text), format)?
        }
        (Value::Number(number) | Value::Date(number), None) => {
            sheet.write_number(row, column, *number)?
        }
        (Value::Number(number) | Value::Date(number), Some(format)) => {
            sheet.write_number_with_format(row, column, *number, format)?
        }
        (Value::Bool(truth), None) => sheet.write_boolean(row, column, *truth)?,
        (Value::Bool(truth), Some(format)) => {
            sheet.write_boolean_with_format(row, column, *truth, format)?
        }
        (Value::Blank, None) => return Ok(()),
        (Value::Blank, Some(format)) => sheet.write_blank(row, column, format)?,
    };
    Ok(())
}

#[cfg(test)]
mod tests;
