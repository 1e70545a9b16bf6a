//! The tables of an embedded register as its own catalogue tells them, and rows of any of them.

use base::Month;
use sha2::{Digest, Sha256};

use crate::value::{Columns, Value, values};
use crate::{StoreError, Tx};

/// A table with its columns and what it refers to.
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<(String, Kind)>,
    /// Tables that its rows refer to; itself among them when rows refer to rows.
    refers_to: Vec<(String, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer,
    Text,
    Blob,
}

/// A value of a row on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// Every table of the regency, each after those it refers to.
pub(super) fn in_order(source: &mut Tx<'_>) -> Result<Vec<Table>, StoreError> {
    let names = "select name from sqlite_schema where type = 'table' \
                 and name not like 'sqlite~_%' escape '~' \
                 and name not in ('migration', 'pemda') order by name";
    let mut waiting = Vec::new();
    for name in texts(source, names, &[])? {
        waiting.push(describe(source, name)?);
    }
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let is_there = |name: &str| ordered.iter().any(|table| table.name == name);
        let ready = waiting.iter().position(|table| {
            table.refers_to.iter().all(|(other, _)| *other == table.name || is_there(other))
        });
        // References are checked at the end, so a ring of them is no obstacle.
        ordered.push(waiting.remove(ready.unwrap_or(0)));
    }
    Ok(ordered)
}

fn describe(source: &mut Tx<'_>, name: String) -> Result<Table, StoreError> {
    let mut columns = Vec::new();
    let text = "select name, type from pragma_table_info($1) order by cid";
    source.link.ask(text, &values![&name], &mut |mut row| {
        let (column, kind): (String, String) = (row.take()?, row.take()?);
        let kind = match kind.to_ascii_lowercase().as_str() {
            "integer" => Kind::Integer,
            "text" => Kind::Text,
            _ => Kind::Blob,
        };
        columns.push((column, kind));
        Ok(())
    })?;
    let mut refers_to = Vec::new();
    let text = "select \"table\", \"from\" from pragma_foreign_key_list($1)";
    source.link.ask(text, &values![&name], &mut |mut row| {
        refers_to.push((row.take()?, row.take()?));
        Ok(())
    })?;
    Ok(Table { name, columns, refers_to })
}

fn texts(tx: &mut Tx<'_>, text: &str, values: &[Value<'_>]) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    tx.link.ask(text, values, &mut |mut columns| {
        found.push(columns.take()?);
        Ok(())
    })?;
    Ok(found)
}

impl Table {
    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    }

    pub(super) fn select(&self) -> String {
        format!("select {} from {} where tenant = $1", self.names(), self.name)
    }

    /// Rows that refer to rows of the same table come after those that do not.
    pub(super) fn select_in_order(&self) -> String {
        let own = self
            .refers_to
            .iter()
            .filter(|(other, column)| *other == self.name && column != "tenant");
        let later: Vec<String> = own.map(|(_, column)| format!("{column} is not null")).collect();
        match later.is_empty() {
            true => self.select(),
            false => format!("{} order by {}", self.select(), later.join(", ")),
        }
    }

    pub(super) fn insert(&self) -> String {
        let places: Vec<String> = (1..=self.columns.len()).map(|at| format!("${at}")).collect();
        format!("insert into {} ({}) values ({})", self.name, self.names(), places.join(", "))
    }

    pub(super) fn count(&self, tx: &mut Tx<'_>) -> Result<i64, StoreError> {
        let text = format!("select count(*) from {} where tenant = $1", self.name);
        let (tenant, mut found) = (tx.tenant(), 0);
        tx.link.ask(&text, &values![tenant], &mut |mut columns| {
            found = columns.take()?;
            Ok(())
        })?;
        Ok(found)
    }

    /// The months of a table that a server keeps apart by month.
    pub(super) fn months(&self, source: &mut Tx<'_>) -> Result<Vec<Month>, StoreError> {
        let mut months = Vec::new();
        if !matches!(self.name.as_str(), "bill_line" | "covered_month") {
            return Ok(months);
        }
        let text = format!("select distinct month from {} where tenant = $1", self.name);
        let tenant = source.tenant();
        source.link.ask(&text, &values![tenant], &mut |mut columns| {
            months.push(columns.take()?);
            Ok(())
        })?;
        Ok(months)
    }

    pub(super) fn read(&self, columns: &mut Columns<'_>) -> Result<Vec<Cell>, StoreError> {
        self.columns
            .iter()
            .map(|(_, kind)| {
                Ok(match kind {
                    Kind::Integer => columns.take::<Option<i64>>()?.map(Cell::Integer),
                    Kind::Text => columns.take::<Option<String>>()?.map(Cell::Text),
                    Kind::Blob => columns.take::<Option<Vec<u8>>>()?.map(Cell::Blob),
                }
                .unwrap_or(Cell::Null))
            })
            .collect()
    }
}

impl Cell {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Cell::Null => Value::Null,
            Cell::Integer(number) => Value::Integer(*number),
            Cell::Text(text) => Value::from(text),
            Cell::Blob(bytes) => Value::from(bytes.as_slice()),
        }
    }

    /// Bytes it takes on the way, roughly.
    pub(super) fn len(&self) -> usize {
        match self {
            Cell::Null | Cell::Integer(_) => 8,
            Cell::Text(text) => text.len(),
            Cell::Blob(bytes) => bytes.len(),
        }
    }

    pub(super) fn hash_into(&self, hasher: &mut Sha256) {
        let (tag, bytes): (u8, &[u8]) = match self {
            Cell::Null => (0, &[]),
            Cell::Integer(number) => {
                return hasher.update([&[1], &number.to_le_bytes()[..]].concat());
            }
            Cell::Text(text) => (2, text.as_bytes()),
            Cell::Blob(bytes) => (3, bytes),
        };
        hasher.update([tag]);
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
}
