//! A table as data: JSON, CSV that spreadsheets open without harm, and XLSX with typed cells.

use app::tables::{self, Value};
use serde_json::{Map, Value as Json, json};

use crate::page::Writing;
use crate::table::{Cell, Column, Kind, Row};

/// A cell as JSON: numbers as integers, days and months as ISO 8601.
pub(crate) fn json_value(cell: &Cell) -> Json {
    match cell {
        Cell::Empty => Json::Null,
        Cell::Text(text) | Cell::Link(text, _) => json!(text),
        Cell::Count(count) => json!(count),
        Cell::Rupiah(amount) => json!(amount.0),
        Cell::Share(share) => json!(share.0),
        Cell::Moment(moment) => json!(moment),
        Cell::Day(day) => json!(day.to_string()),
        Cell::Month(month) => json!(month.to_string()),
        Cell::Named(code, _) => json!(code),
        Cell::State(code, _, _) => json!(code),
        Cell::Noted(cell, _) => json_value(cell),
    }
}

/// A row as a JSON object.
pub(crate) fn json_row(columns: &[Column], row: &Row) -> Json {
    let pairs = columns.iter().zip(&row.cells);
    Json::Object(pairs.map(|(column, cell)| (column.key.to_owned(), json_value(cell))).collect())
}

/// Named values as a JSON object.
pub(crate) fn json_meta(columns: &[Column], cells: &[Cell]) -> Map<String, Json> {
    let pairs = columns.iter().zip(cells);
    pairs.map(|(column, cell)| (column.key.to_owned(), json_value(cell))).collect()
}

/// The heads of the columns as a line of CSV.
pub(crate) fn csv_heads(columns: &[Column], out: &mut String) {
    let heads: Vec<&str> = columns.iter().map(|column| column.key).collect();
    csv_line(&heads, out);
}

/// A row as a line of CSV: the same values as in JSON.
pub(crate) fn csv_row(row: &Row, out: &mut String) {
    let cells: Vec<String> = row
        .cells
        .iter()
        .map(|cell| match json_value(cell) {
            Json::Null => String::new(),
            Json::String(text) => text,
            other => other.to_string(),
        })
        .collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    csv_line(&cells, out);
}

/// The table as a workbook: the heads and words of the page, each cell of its type.
pub(crate) fn workbook(
    writing: Writing,
    title: &str,
    heads: &[String],
    columns: &[Column],
    rows: &mut dyn Iterator<Item = Row>,
) -> Vec<u8> {
    let named = columns.iter().zip(heads).map(|(column, head)| {
        let head = if head.is_empty() { column.key.to_owned() } else { head.clone() };
        let kind = match column.kind {
            Kind::Count => tables::Kind::Count,
            Kind::Rupiah => tables::Kind::Rupiah,
            Kind::Day => tables::Kind::Day,
            _ => tables::Kind::Text,
        };
        (head, kind)
    });
    let mut rows = rows.map(|row| row.cells.iter().map(|cell| typed(cell, writing)).collect());
    tables::workbook(title, writing.tag(), named.collect(), &mut rows)
}

fn typed(cell: &Cell, writing: Writing) -> Value {
    match cell {
        Cell::Empty => Value::Empty,
        Cell::Text(text) | Cell::Link(text, _) => Value::Text(text.clone()),
        Cell::Count(count) => Value::Count(*count),
        Cell::Rupiah(amount) => Value::Rupiah(*amount),
        Cell::Share(share) => Value::Text(writing.percent(*share)),
        Cell::Moment(moment) => Value::Text(writing.moment(*moment)),
        Cell::Day(day) => Value::Day(*day),
        Cell::Month(month) => Value::Text(month.to_string()),
        Cell::Named(_, words) | Cell::State(_, _, words) => Value::Text(words.clone()),
        Cell::Noted(cell, _) => typed(cell, writing),
    }
}

/// Writes a line of CSV (RFC 4180); text that a spreadsheet would run as a formula is marked.
pub(crate) fn csv_line(cells: &[&str], out: &mut String) {
    let marked: Vec<_> = cells.iter().map(|cell| tables::marked(cell)).collect();
    tables::csv_line(&marked, out);
}
