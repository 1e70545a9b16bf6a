//! Any table as a workbook: typed cells under heads in words.

use std::borrow::Cow;

use base::{Day, Rupiah};
use documents::workbook::{
    ColumnKind, DocumentInfo, ExportCell, ExportColumn, ExportRow, PageWords, TableSheet,
    table_workbook,
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, never read as a formula or a number.
    Text,
    /// A count.
    Count,
    /// Whole rupiah.
    Rupiah,
    /// A day.
    Day,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A count.
    Count(u64),
    /// Whole rupiah.
    Rupiah(Rupiah),
    /// A day.
    Day(Day),
}

/// A text as CSV may have it: what a spreadsheet would run as a formula is marked.
pub fn marked(text: &str) -> Cow<'_, str> {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠']);
    if runs { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Writes a line of CSV (RFC 4180).
pub fn csv_line(cells: &[impl AsRef<str>], out: &mut String) {
    for (at, cell) in cells.iter().map(AsRef::as_ref).enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        match cell.contains([',', '"', '\n', '\r']) {
            true => out.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))),
            false => out.push_str(cell),
        }
    }
    out.push_str("\r\n");
}

/// The table as a workbook of one sheet; empty when the rows are more than the format holds.
pub fn workbook(
    title: &str,
    language: &str,
    columns: Vec<(String, Kind)>,
    rows: &mut dyn Iterator<Item = Vec<Value>>,
) -> Vec<u8> {
    let columns = columns.into_iter().map(|(head, kind)| ExportColumn {
        width: width(&head, kind),
        head,
        kind: match kind {
            Kind::Text => ColumnKind::Text,
            Kind::Count => ColumnKind::Count,
            Kind::Rupiah => ColumnKind::Rupiah,
            Kind::Day => ColumnKind::Date,
        },
    });
    let mut rows = rows.map(|row| ExportRow::Cells(row.into_iter().map(cell).collect()));
    let sheet = TableSheet {
        name: title.chars().take(31).collect(),
        title: vec![title.to_owned()],
        columns: columns.collect(),
        rows: &mut rows,
        totals: Vec::new(),
        notes: Vec::new(),
        signatures: Vec::new(),
        hash_line: None,
        page: PageWords::default(),
        landscape: true,
    };
    let info = DocumentInfo {
        title: title.to_owned(),
        language: language.to_owned(),
        ..DocumentInfo::default()
    };
    table_workbook(&mut [sheet], &info).unwrap_or_default()
}

fn cell(value: Value) -> ExportCell {
    match value {
        Value::Empty => ExportCell::Empty,
        Value::Text(text) => ExportCell::Text(text),
        Value::Count(count) => ExportCell::Count(i64::try_from(count).unwrap_or(i64::MAX)),
        Value::Rupiah(amount) => ExportCell::Rupiah(amount),
        Value::Day(day) => ExportCell::Day(day),
    }
}

fn width(head: &str, kind: Kind) -> u16 {
    let least = match kind {
        Kind::Text => 24,
        Kind::Rupiah => 18,
        Kind::Count | Kind::Day => 14,
    };
    u16::try_from(head.chars().count() + 2).unwrap_or(least).clamp(least, 60)
}
