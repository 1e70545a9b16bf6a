//! Tables for people, as a spreadsheet: the decree annex, coverage and bills.
//!
//! One [`TableSheet`] serves the spreadsheet ([`table_workbook`]) and the print
//! ([`crate::pdf::table_pdf`]), so that the two can never differ. All words come from the caller.

mod cells;

use std::fmt;

use base::{Day, Rupiah};
use rust_xlsxwriter::{
    ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError,
};

pub(crate) use cells::{ExcelDate, SheetNames, date_serial, is_formula_like, text_for_cell};

/// A table with its title above and its signatures below.
pub struct TableSheet<'a> {
    /// The tab's name; characters that spreadsheets forbid are replaced.
    pub name: String,
    /// The first line is the title, the others stand below it.
    pub title: Vec<String>,
    /// The columns.
    pub columns: Vec<ExportColumn>,
    /// The rows, read once, in order.
    pub rows: &'a mut dyn Iterator<Item = ExportRow>,
    /// The closing row; empty for none.
    pub totals: Vec<ExportCell>,
    /// Lines below the table.
    pub notes: Vec<String>,
    /// Who signs, side by side, the last one at the right edge.
    pub signatures: Vec<SignatureBlock>,
    /// The line that carries the list's digest.
    pub hash_line: Option<String>,
    /// Words of the page frame.
    pub page: PageWords,
    /// Whether the page lies on its long side.
    pub landscape: bool,
}

/// A column: its head, what it holds and how wide it is.
#[derive(Debug, Clone)]
pub struct ExportColumn {
    /// The head.
    pub head: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// # Units
    /// Characters; in print, the share of the page's width.
    pub width: u16,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, also NIK and other numbers that nobody adds up.
    Text,
    /// Money.
    Rupiah,
    /// A count.
    Count,
    /// A day.
    Date,
}

/// One line of a table.
#[derive(Clone)]
pub enum ExportRow {
    /// A heading over the rows that follow, such as a village.
    Group(String),
    /// The cells, one per column; missing ones are empty.
    Cells(Vec<ExportCell>),
}

/// One value.
#[derive(Clone)]
pub enum ExportCell {
    /// Nothing.
    Empty,
    /// Text, never read as a formula.
    Text(String),
    /// Money.
    Rupiah(Rupiah),
    /// A count.
    Count(i64),
    /// A day.
    Day(Day),
}

/// Somebody who signs: lines above the room for the signature, and below it.
#[derive(Debug, Clone, Default)]
pub struct SignatureBlock {
    /// Place, day and office.
    pub above: Vec<String>,
    /// Name, rank and number.
    pub below: Vec<String>,
}

/// Words that the page frame needs.
#[derive(Debug, Clone, Default)]
pub struct PageWords {
    /// At the foot of every page, on the left.
    pub footer: String,
    /// "Halaman" in "Halaman 2 dari 7".
    pub page: String,
    /// "dari" in "Halaman 2 dari 7".
    pub of: String,
    /// "(lanjutan)" after a group heading that is repeated on the next page.
    pub continued: String,
}

/// What the file says about itself.
#[derive(Debug, Clone, Default)]
pub struct DocumentInfo {
    /// The title in the file's properties.
    pub title: String,
    /// Who made it: an office, never a person.
    pub author: String,
    /// The language of the text, such as "id-ID".
    pub language: String,
    /// The day it was made; files of the same day and content are byte for byte the same.
    pub created: Option<Day>,
}

/// Why a document could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteProblem {
    /// More rows, columns or characters than the format holds.
    TooLarge,
    /// The writing library refused; a bug of ours.
    Refused,
}

impl fmt::Display for WriteProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WriteProblem::TooLarge => "more than the file format holds",
            WriteProblem::Refused => "the writing library refused the document",
        })
    }
}

impl std::error::Error for WriteProblem {}

impl From<XlsxError> for WriteProblem {
    fn from(error: XlsxError) -> WriteProblem {
        // The library's own message may quote a cell: only the kind is kept.
        match error {
            XlsxError::RowColumnLimitError | XlsxError::MaxStringLengthExceeded => {
                WriteProblem::TooLarge
            }
            _ => WriteProblem::Refused,
        }
    }
}

impl ExportCell {
    /// A text cell.
    pub fn text(text: impl Into<String>) -> ExportCell {
        ExportCell::Text(text.into())
    }

    /// The cell as it is printed.
    pub fn shown(&self) -> String {
        match self {
            ExportCell::Empty => String::new(),
            ExportCell::Text(text) => text.clone(),
            ExportCell::Rupiah(amount) => amount.to_string(),
            ExportCell::Count(count) => {
                let sign = if *count < 0 { "-" } else { "" };
                format!("{sign}{}", base::money::grouped(count.unsigned_abs()))
            }
            ExportCell::Day(day) => {
                format!("{:02}-{:02}-{:04}", day.day(), day.month(), day.year())
            }
        }
    }
}

/// Writes the tables as an XLSX file, one tab each, ready to print on A4.
///
/// # Errors
/// [`WriteProblem::TooLarge`] past 1,048,576 rows or 16,384 columns.
pub fn table_workbook(
    sheets: &mut [TableSheet<'_>],
    info: &DocumentInfo,
) -> Result<Vec<u8>, WriteProblem> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(info)?);
    let mut names = SheetNames::default();
    for table in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(names.unique(&table.name))?;
        write_table(sheet, table)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// The file's properties, without a look at the clock.
pub(crate) fn properties(
    info: &DocumentInfo,
) -> Result<rust_xlsxwriter::DocProperties, WriteProblem> {
    let day = info.created.or(Day::new(2000, 1, 1)).expect("1 January 2000 is a day");
    let year = u16::try_from(day.year()).unwrap_or(2000);
    let date = ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs())?;
    Ok(rust_xlsxwriter::DocProperties::new()
        .set_title(&info.title)
        .set_author(&info.author)
        .set_creation_datetime(&date))
}

/// The looks of a table.
struct Styles {
    title: Format,
    subtitle: Format,
    head: Format,
    group: Format,
    text: Format,
    formula_like: Format,
    rupiah: Format,
    count: Format,
    date: Format,
    total_text: Format,
    total_rupiah: Format,
    total_count: Format,
    note: Format,
}

impl Styles {
    fn new() -> Styles {
        let cell = Format::new()
            .set_border(FormatBorder::Thin)
            .set_border_color(0x00B8_C4CC)
            .set_align(FormatAlign::Top);
        let head = cell
            .clone()
            .set_bold()
            .set_background_color(0x00DC_E9EE)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap();
        let total = cell.clone().set_bold().set_background_color(0x00F1_F5F7);
        let (rupiah, count) = ("\"Rp\"#,##0;-\"Rp\"#,##0", "#,##0");
        Styles {
            title: Format::new().set_bold().set_font_size(14),
            subtitle: Format::new().set_font_size(11),
            group: cell.clone().set_bold().set_background_color(0x00F1_F5F7),
            text: cell.clone().set_num_format("@"),
            formula_like: cell.clone().set_num_format("@").set_quote_prefix(),
            rupiah: cell.clone().set_num_format(rupiah),
            count: cell.clone().set_num_format(count),
            date: cell.clone().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Center),
            total_rupiah: total.clone().set_num_format(rupiah),
            total_count: total.clone().set_num_format(count),
            total_text: total,
            note: Format::new().set_font_size(9).set_font_color(0x0044_5560),
            head,
        }
    }
}

fn write_table(sheet: &mut Worksheet, table: &mut TableSheet<'_>) -> Result<(), WriteProblem> {
    let styles = Styles::new();
    let last_column =
        u16::try_from(table.columns.len().max(1) - 1).map_err(|_| WriteProblem::TooLarge)?;
    let mut row = write_title(sheet, table, &styles)?;
    let head_row = row;
    for (index, column) in (0u16..).zip(&table.columns) {
        sheet.write_string_with_format(head_row, index, &column.head, &styles.head)?;
        sheet.set_column_width(index, column.width)?;
    }
    sheet.set_row_height(head_row, 30)?;
    row += 1;
    for line in &mut *table.rows {
        match line {
            ExportRow::Group(heading) => {
                for column in 0..=last_column {
                    sheet.write_blank(row, column, &styles.group)?;
                }
                sheet.write_string_with_format(row, 0, text_for_cell(&heading), &styles.group)?;
            }
            ExportRow::Cells(cells) => {
                for (column, cell) in (0..=last_column).zip(&cells) {
                    write_cell(sheet, row, column, cell, &styles)?;
                }
                for column in (0..=last_column).skip(cells.len()) {
                    sheet.write_blank(row, column, &styles.text)?;
                }
            }
        }
        row += 1;
    }
    sheet.ignore_error_range(head_row, 0, row, last_column, IgnoreError::NumberStoredAsText)?;
    if !table.totals.is_empty() {
        write_totals(sheet, row, last_column, &table.totals, &styles)?;
        row += 1;
    }
    write_closing(sheet, row + 1, last_column, table, &styles)?;
    set_up_page(sheet, head_row, table)
}

/// Writes the lines above the table and gives the row that follows them.
fn write_title(
    sheet: &mut Worksheet,
    table: &TableSheet<'_>,
    styles: &Styles,
) -> Result<u32, WriteProblem> {
    let mut row = 0;
    for (index, line) in table.title.iter().enumerate() {
        let format = if index == 0 { &styles.title } else { &styles.subtitle };
        sheet.write_string_with_format(row, 0, text_for_cell(line), format)?;
        row += 1;
    }
    Ok(if row == 0 { 0 } else { row + 1 })
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &ExportCell,
    styles: &Styles,
) -> Result<(), WriteProblem> {
    match cell {
        ExportCell::Empty => sheet.write_blank(row, column, &styles.text)?,
        ExportCell::Text(text) => {
            let format = if is_formula_like(text) { &styles.formula_like } else { &styles.text };
            sheet.write_string_with_format(row, column, text_for_cell(text), format)?
        }
        ExportCell::Rupiah(amount) => {
            write_amount(sheet, row, column, amount.0, &cell.shown(), &styles.rupiah)?
        }
        ExportCell::Count(count) => {
            write_amount(sheet, row, column, *count, &cell.shown(), &styles.count)?
        }
        ExportCell::Day(day) => match date_serial(*day) {
            ExcelDate::Serial(serial) => {
                sheet.write_number_with_format(row, column, serial, &styles.date)?
            }
            ExcelDate::BeforeSpreadsheets => {
                sheet.write_string_with_format(row, column, cell.shown(), &styles.text)?
            }
        },
    };
    Ok(())
}

/// Writes a whole number as a number while the spreadsheet keeps its digits, else as text.
fn write_amount<'a>(
    sheet: &'a mut Worksheet,
    row: u32,
    column: u16,
    amount: i64,
    shown: &str,
    format: &Format,
) -> Result<&'a mut Worksheet, XlsxError> {
    // A spreadsheet keeps fifteen digits of a number.
    if amount.unsigned_abs() < 1_000_000_000_000_000 {
        sheet.write_number_with_format(row, column, amount as f64, format)
    } else {
        sheet.write_string_with_format(row, column, shown, format)
    }
}

fn write_totals(
    sheet: &mut Worksheet,
    row: u32,
    last_column: u16,
    totals: &[ExportCell],
    styles: &Styles,
) -> Result<(), WriteProblem> {
    for column in 0..=last_column {
        match totals.get(usize::from(column)).unwrap_or(&ExportCell::Empty) {
            ExportCell::Empty => sheet.write_blank(row, column, &styles.total_text)?,
            cell @ ExportCell::Rupiah(amount) => {
                write_amount(sheet, row, column, amount.0, &cell.shown(), &styles.total_rupiah)?
            }
            cell @ ExportCell::Count(count) => {
                write_amount(sheet, row, column, *count, &cell.shown(), &styles.total_count)?
            }
            cell => sheet.write_string_with_format(
                row,
                column,
                text_for_cell(&cell.shown()),
                &styles.total_text,
            )?,
        };
    }
    Ok(())
}

/// Writes what stands below the table: notes, signatures, digest.
fn write_closing(
    sheet: &mut Worksheet,
    first_row: u32,
    last_column: u16,
    table: &TableSheet<'_>,
    styles: &Styles,
) -> Result<(), WriteProblem> {
    let mut row = first_row;
    for line in &table.notes {
        sheet.write_string_with_format(row, 0, text_for_cell(line), &styles.note)?;
        row += 1;
    }
    row += 1;
    let blocks = table.signatures.len();
    let above = table.signatures.iter().map(|block| block.above.len()).max().unwrap_or(0);
    let mut after = row;
    for (index, block) in table.signatures.iter().enumerate() {
        // The blocks stand in the middles of equal parts of the width.
        let share = (usize::from(last_column) + 1) * (2 * index + 1) / (2 * blocks);
        let column = u16::try_from(share).unwrap_or(last_column).min(last_column);
        let room = row + above as u32 + 3;
        for (line, at) in block.above.iter().zip(row..).chain(block.below.iter().zip(room..)) {
            sheet.write_string_with_format(at, column, text_for_cell(line), &styles.subtitle)?;
        }
        after = after.max(room + block.below.len() as u32 + 1);
    }
    if let Some(line) = &table.hash_line {
        sheet.write_string_with_format(after, 0, text_for_cell(line), &styles.note)?;
    }
    Ok(())
}

fn set_up_page(
    sheet: &mut Worksheet,
    head_row: u32,
    table: &TableSheet<'_>,
) -> Result<(), WriteProblem> {
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.5, 0.5, 0.6, 0.7, 0.3, 0.3);
    if table.landscape {
        sheet.set_landscape();
    }
    sheet.set_repeat_rows(head_row, head_row)?;
    sheet.set_freeze_panes(head_row + 1, 0)?;
    let words = &table.page;
    // An ampersand starts a code in a page footer; two of them print one.
    let (footer, page, of) =
        (words.footer.replace('&', "&&"), words.page.replace('&', "&&"), &words.of);
    let mut line = format!("&L&8{footer}&R&8{page} &P {of} &N");
    if line.chars().count() > 250 {
        line = format!("&R&8{page} &P {of} &N");
    }
    sheet.set_footer(line);
    Ok(())
}

#[cfg(test)]
mod tests;
