//! What the engine says of its tables: columns, keys, and which table refers to which.

use crate::engine::Link;
use crate::error::StoreError;
use crate::sql::{Sql, sql_twin};
use crate::value::corrupt;

static COLUMNS: Sql = sql_twin!("catalogue_columns");
static REFERENCES: Sql = sql_twin!("catalogue_references");

/// References that a server keeps by triggers, which its catalogue does not tell; and periods,
/// which a trigger of transfers looks at: a copy closes them after their transfers have come.
const KEPT_BY_TRIGGERS: &[(&str, &str)] = &[
    ("transfer", "account"),
    ("transfer_resolution", "transfer"),
    ("covered_month", "person"),
    ("covered_month", "transfer"),
    ("bill_line", "bill"),
    ("bill_line", "membership"),
    ("period", "transfer"),
];

/// A table as the engine knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, by name.
    pub columns: Vec<Column>,
    /// The places of the primary key's columns among them, in the key's order.
    pub key: Vec<usize>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds, whatever the engine calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number of 64 bits.
    Integer,
    /// A text.
    Text,
    /// Bytes.
    Blob,
}

impl Kind {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Integer => "integer",
            Kind::Text => "text",
            Kind::Blob => "blob",
        }
    }

    fn of_declared(declared: &str) -> Option<Kind> {
        match declared.to_ascii_lowercase().as_str() {
            "integer" | "bigint" => Some(Kind::Integer),
            "text" => Some(Kind::Text),
            "blob" | "bytea" => Some(Kind::Blob),
            _ => None,
        }
    }
}

impl Table {
    /// The columns in a line, such as `id blob, name text`: equal lines, equal tables.
    pub fn shape(&self) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| format!("{} {}", column.name, column.kind.name()))
            .collect();
        columns.join(", ")
    }
}

/// Every table with a primary key, each after those that it refers to.
pub(crate) fn tables(link: &mut Link) -> Result<Vec<Table>, StoreError> {
    let mut found: Vec<(Table, Vec<(i64, usize)>)> = Vec::new();
    link.each(&COLUMNS, &[], &mut |mut columns| {
        let (table, name): (String, String) = (columns.take()?, columns.take()?);
        let (declared, place): (String, i64) = (columns.take()?, columns.take()?);
        let kind =
            Kind::of_declared(&declared).ok_or_else(|| corrupt("a column of no known type"))?;
        if found.last().is_none_or(|(last, _)| last.name != table) {
            let (columns, key) = (Vec::new(), Vec::new());
            found.push((Table { name: table, columns, key }, Vec::new()));
        }
        let (table, key) = found.last_mut().expect("one was just put there");
        if place > 0 {
            key.push((place, table.columns.len()));
        }
        table.columns.push(Column { name, kind });
        Ok(())
    })?;
    let with_keys = found.into_iter().map(|(mut table, mut key)| {
        key.sort_unstable();
        table.key = key.into_iter().map(|(_, at)| at).collect();
        table
    });
    in_order(link, with_keys.filter(|table| !table.key.is_empty()).collect())
}

/// Each table after those that it refers to; among equals by name.
fn in_order(link: &mut Link, mut waiting: Vec<Table>) -> Result<Vec<Table>, StoreError> {
    let mut references: Vec<(String, String)> =
        KEPT_BY_TRIGGERS.iter().map(|(from, to)| ((*from).into(), (*to).into())).collect();
    link.each(&REFERENCES, &[], &mut |mut columns| {
        references.push((columns.take()?, columns.take()?));
        Ok(())
    })?;
    references.retain(|(from, to)| from != to);
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let is_free = |table: &Table| {
            let mut wanted = references.iter().filter(|(from, _)| *from == table.name);
            wanted.all(|(_, to)| waiting.iter().all(|other| other.name != *to))
        };
        let next = waiting.iter().position(is_free);
        let next = next.ok_or_else(|| corrupt("tables that refer to each other in a circle"))?;
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}
