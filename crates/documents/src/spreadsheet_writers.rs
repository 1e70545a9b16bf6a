//! Small files in the formats that villages send, for practice data and tests.
//!
//! One [`SheetPlan`] is written as XLSX, ODS, HTML or SpreadsheetML under the name of XLS, or CSV
//! in any usual encoding. The files are plain; the same plan gives the same bytes.

mod ods;
mod web;

use base::Day;
use encoding_rs::WINDOWS_1252;
use rust_xlsxwriter::{Format, Workbook, Worksheet};

use crate::workbook::{DocumentInfo, SheetNames, WriteProblem, properties, text_for_cell};

pub use ods::write_ods;
pub use web::{write_html_xls, write_spreadsheetml};

/// A sheet to be written.
#[derive(Clone, Default)]
pub struct SheetPlan {
    /// The name on the tab.
    pub name: String,
    /// Whether spreadsheet programs do not show it.
    pub hidden: bool,
    /// The cells, row by row from A1.
    pub rows: Vec<Vec<PlanCell>>,
    /// Merged regions.
    pub merges: Vec<PlanMerge>,
}

/// One cell.
#[derive(Clone, Default)]
pub enum PlanCell {
    /// Nothing.
    #[default]
    Empty,
    /// Text.
    Text(String),
    /// A number, shown as the program likes.
    Number(f64),
    /// A number with a format code of its own, such as "0000".
    Formatted {
        /// The number.
        value: f64,
        /// The format code.
        format: String,
    },
    /// A day, as the number a spreadsheet keeps in the 1900 system.
    DateSerial(i64),
    /// TRUE or FALSE.
    Bool(bool),
}

/// A merged region; rows and columns from 0, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanMerge {
    /// The first row.
    pub first_row: u32,
    /// The first column.
    pub first_column: u16,
    /// The last row.
    pub last_row: u32,
    /// The last column.
    pub last_column: u16,
}

/// How a CSV file keeps its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvEncoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16, little endian, with a mark.
    Utf16Le,
    /// Windows-1252; letters that it lacks become "?".
    Windows1252,
}

impl PlanCell {
    /// A text cell.
    pub fn text(text: impl Into<String>) -> PlanCell {
        PlanCell::Text(text.into())
    }

    /// The cell as a program would show it: days as 17/08/1962.
    fn shown(&self) -> String {
        match self {
            PlanCell::Empty => String::new(),
            PlanCell::Text(text) => text.clone(),
            PlanCell::Number(value) | PlanCell::Formatted { value, .. } => value.to_string(),
            PlanCell::DateSerial(serial) => match Day::from_serial(*serial, false) {
                Some(day) => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
                None => serial.to_string(),
            },
            PlanCell::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        }
    }
}

impl SheetPlan {
    /// The merged region that begins at this cell.
    fn merge_at(&self, row: usize, column: usize) -> Option<&PlanMerge> {
        self.merges.iter().find(|merge| {
            (merge.first_row as usize, usize::from(merge.first_column)) == (row, column)
        })
    }

    /// Whether a merged region that begins elsewhere covers this cell.
    fn is_covered(&self, row: usize, column: usize) -> bool {
        self.merge_at(row, column).is_none()
            && self.merges.iter().any(|merge| {
                (merge.first_row as usize..=merge.last_row as usize).contains(&row)
                    && (usize::from(merge.first_column)..=usize::from(merge.last_column))
                        .contains(&column)
            })
    }
}

/// Writes the sheets as XLSX.
///
/// # Errors
/// [`WriteProblem`] when the plan holds more than the format does.
pub fn write_xlsx(sheets: &[SheetPlan]) -> Result<Vec<u8>, WriteProblem> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(&DocumentInfo::default())?);
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let mut names = SheetNames::default();
    let first_shown = sheets.iter().position(|plan| !plan.hidden);
    for (index, plan) in sheets.iter().enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(names.unique(&plan.name))?;
        sheet.set_hidden(plan.hidden && first_shown.is_some());
        sheet.set_active(first_shown.unwrap_or(0) == index);
        for merge in &plan.merges {
            let (top, left) = (merge.first_row, merge.first_column);
            let (bottom, right) = (merge.last_row, merge.last_column);
            sheet.merge_range(top, left, bottom, right, "", &Format::default())?;
        }
        for (row, cells) in (0u32..).zip(&plan.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                write_cell(sheet, row, column, cell, &date)?;
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &PlanCell,
    date: &Format,
) -> Result<(), WriteProblem> {
    match cell {
        PlanCell::Empty => sheet,
        PlanCell::Text(text) => sheet.write_string(row, column, text_for_cell(text))?,
        PlanCell::Number(value) => sheet.write_number(row, column, *value)?,
        PlanCell::Formatted { value, format } => {
            let format = Format::new().set_num_format(format);
            sheet.write_number_with_format(row, column, *value, &format)?
        }
        PlanCell::DateSerial(serial) => {
            sheet.write_number_with_format(row, column, *serial as f64, date)?
        }
        PlanCell::Bool(truth) => sheet.write_boolean(row, column, *truth)?,
    };
    Ok(())
}

/// Writes one sheet as delimited text with CRLF line ends.
pub fn write_csv(plan: &SheetPlan, delimiter: char, encoding: CsvEncoding) -> Vec<u8> {
    let mut text = String::new();
    for cells in &plan.rows {
        for (column, cell) in cells.iter().enumerate() {
            if column > 0 {
                text.push(delimiter);
            }
            let shown = cell.shown();
            if shown.contains([delimiter, '"', '\n', '\r']) {
                text.push('"');
                text.push_str(&shown.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(&shown);
            }
        }
        text.push_str("\r\n");
    }
    match encoding {
        CsvEncoding::Utf8 => text.into_bytes(),
        CsvEncoding::Utf8Bom => format!("\u{feff}{text}").into_bytes(),
        CsvEncoding::Utf16Le => {
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        }
        CsvEncoding::Windows1252 => text.chars().map(windows_1252).collect(),
    }
}

/// The byte of a letter in Windows-1252, or "?".
fn windows_1252(letter: char) -> u8 {
    let mut buffer = [0; 4];
    let (bytes, _, lost) = WINDOWS_1252.encode(letter.encode_utf8(&mut buffer));
    if lost { b'?' } else { bytes.first().copied().unwrap_or(b'?') }
}

/// Text inside markup; characters that XML forbids are dropped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
