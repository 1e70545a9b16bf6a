//! One table, four ways: a page to read, and the same rows as JSON, CSV and XLSX.
//!
//! A [`View`] says where the table is, who may see it and what its columns hold; it makes the four
//! addresses and their description. What a column is called in data never changes.

mod twins;
mod view;

use base::{Day, Month, Ppm, Rupiah};

use crate::page::Asked;
use crate::parts::{Form, Pages};

#[cfg(test)]
pub(crate) use twins::csv_line;
pub(crate) use twins::{json_meta, json_row};
pub(crate) use view::{Listing, TableView, View};

/// Rows of a page; the rest is a press away.
pub(crate) const PAGE_ROWS: usize = 50;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// Indonesian text of the law or of the register, whatever the language of the page.
    Indonesian,
    Count,
    /// Whole rupiah.
    Rupiah,
    Day,
    Month,
    /// Milliseconds since 1970-01-01 UTC, shown in the office's time.
    Moment,
    /// Parts per million, shown in percent.
    Share,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// What it is called in data: English, forever.
    pub key: &'static str,
    /// What it is called on the page, by its key in the catalogue; empty when only data has it.
    pub head: &'static str,
    pub kind: Kind,
}

impl Column {
    pub(crate) const fn new(key: &'static str, head: &'static str, kind: Kind) -> Column {
        Column { key, head, kind }
    }

    /// A column that pages leave out.
    pub(crate) const fn of_data(key: &'static str, kind: Kind) -> Column {
        Column { key, head: "", kind }
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Count(u64),
    Rupiah(Rupiah),
    Day(Day),
    Month(Month),
    Moment(i64),
    Share(Ppm),
    /// A code in data, words on the page.
    Named(String, String),
    /// A code in data, a coloured word on the page.
    State(&'static str, &'static str, String),
    /// Words that lead somewhere.
    Link(String, String),
    /// A value with a smaller word under it.
    Noted(Box<Cell>, String),
}

impl Cell {
    /// Text; none is an empty cell.
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        match text.into() {
            text if text.is_empty() => Cell::Empty,
            text => Cell::Text(text),
        }
    }
}

/// A line: the heading that it stands under, and its cells, one per column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub group: String,
    /// What a page begins after; opaque to readers.
    pub key: String,
    pub cells: Vec<Cell>,
}

impl Row {
    /// A line of an ungrouped table.
    pub(crate) fn new(key: impl Into<String>, cells: Vec<Cell>) -> Row {
        Row { group: String::new(), key: key.into(), cells }
    }
}

/// Ways to narrow a table, each with how many rows it leaves.
#[derive(Debug, Clone)]
pub(crate) struct Facet {
    pub head: String,
    /// The name in the address.
    pub name: &'static str,
    /// Value, words and count; an empty value takes the narrowing away.
    pub choices: Vec<(String, String, Option<u64>)>,
}

/// The part of a table that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    /// Rows after the one with this key; from the first when none.
    pub after: Option<String>,
    /// At most so many.
    pub rows: usize,
}

impl Window {
    /// The page that an address asks for.
    fn of_page(asked: &Asked) -> Window {
        Window { after: asked.value("sesudah").and_then(from_cursor), rows: PAGE_ROWS }
    }

    /// Cuts the part out of a list that is in memory anyway, and says whether more follow.
    pub(crate) fn cut(&self, rows: Vec<Row>) -> (Vec<Row>, bool) {
        let start = match &self.after {
            None => 0,
            Some(key) => rows.iter().position(|row| row.key == *key).map_or(0, |at| at + 1),
        };
        let more = rows.len() > start + self.rows;
        (rows.into_iter().skip(start).take(self.rows).collect(), more)
    }
}

/// A key as a word that says nothing: letters only, so that it never looks like a number.
fn to_cursor(key: &str) -> String {
    let letter = |half: u8| char::from(b'a' + half);
    key.bytes().flat_map(|byte| [letter(byte >> 4), letter(byte & 15)]).collect()
}

fn from_cursor(text: &str) -> Option<String> {
    let half = |letter: u8| letter.checked_sub(b'a').filter(|half| *half < 16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| Some(half(*high)? << 4 | half(*low)?);
    let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
    bytes.filter(|_| rest.is_empty()).and_then(|bytes| String::from_utf8(bytes).ok())
}

#[cfg(test)]
mod tests;
