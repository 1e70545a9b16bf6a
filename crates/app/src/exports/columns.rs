//! A table that is written as columns, a part at a time, into a file of its owner's alone.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use base::Day;
use bulk::parquet_table::{Columnar, Writing, since_1970};

use super::batch::BatchTable;
use crate::error::AppError;
use crate::keys::private_file;
use crate::staging::private_folder;

/// Rows that are held before they are written.
const ROWS_AT_ONCE: usize = 100_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Day,
}

/// A cell of a row; an empty text is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
    Day(Option<Day>),
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(Some(text).filter(|text| !text.is_empty()))
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Cell {
        Cell::Number(Some(number))
    }
}

/// A table on its way to a file.
pub(super) struct Columns {
    name: &'static str,
    path: PathBuf,
    beside: Beside,
    columns: Vec<(&'static str, Columnar)>,
    writing: Writing<File>,
    waiting: usize,
    rows: i64,
    /// Whether a part could not be written: everything after it is passed over.
    failed: bool,
}

impl Columns {
    /// Begins the file of a regency's table beside where it will lie.
    pub(super) fn begin(
        folder: &Path,
        name: &'static str,
        tenant: i64,
        columns: &[(&'static str, Kind)],
    ) -> Result<Columns, AppError> {
        let folder = folder.join(name);
        private_folder(&folder).map_err(|_| AppError::unwritable(&folder))?;
        let path = folder.join(format!("{tenant}.parquet"));
        let columns: Vec<_> = columns.iter().map(|(name, kind)| (*name, kind.empty())).collect();
        let beside = Beside(path.with_extension("parquet.new"));
        // What an export that was cut off left there is no use to anybody.
        let _ = fs::remove_file(&beside.0);
        let file = private_file(&beside.0).map_err(|_| AppError::unwritable(&beside.0))?;
        let writing =
            Writing::begin(file, &columns).map_err(|_| AppError::unwritable(&beside.0))?;
        Ok(Columns { name, path, beside, columns, writing, waiting: 0, rows: 0, failed: false })
    }

    /// How many rows there are so far.
    pub(super) fn rows(&self) -> i64 {
        self.rows
    }

    /// Adds a row: a cell for every column.
    pub(super) fn add(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut columns = self.columns.iter_mut();
        for cell in cells {
            let (name, column) = columns.next().expect("as many cells as columns");
            match (column, cell) {
                (Columnar::Text(column), Cell::Text(text)) => column.push(text),
                (Columnar::Number(column), Cell::Number(number)) => column.push(number),
                (Columnar::Day(column), Cell::Day(day)) => column.push(day.map(since_1970)),
                _ => panic!("{name} holds something else"),
            }
        }
        self.waiting += 1;
        self.rows += 1;
        if self.waiting == ROWS_AT_ONCE {
            self.write();
        }
    }

    fn write(&mut self) {
        self.failed = self.failed || self.writing.add(&self.columns).is_err();
        self.columns.iter_mut().for_each(|(_, column)| column.clear());
        self.waiting = 0;
    }

    /// Ends the file, beside where it will lie.
    pub(super) fn whole(mut self) -> Result<Whole, AppError> {
        self.write();
        let failed = || AppError::unwritable(&self.beside.0);
        let file = self.writing.end().map_err(|_| failed())?;
        if self.failed || file.sync_all().is_err() {
            return Err(failed());
        }
        let table = BatchTable { name: self.name, path: self.path, rows: self.rows.unsigned_abs() };
        Ok(Whole { table, beside: self.beside })
    }
}

/// A table of which every row is on the disk.
pub(super) struct Whole {
    table: BatchTable,
    beside: Beside,
}

impl Whole {
    /// Puts it in its place, instead of what lay there.
    pub(super) fn place(self) -> Result<BatchTable, AppError> {
        let Whole { table, beside } = self;
        fs::rename(&beside.0, &table.path).map_err(|_| AppError::unwritable(&table.path))?;
        Ok(table)
    }
}

/// Where a file lies until it is whole, under a name that no reader of tables takes for one; it
/// does not stay there.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        // After a renaming there is nothing here any more.
        let _ = fs::remove_file(&self.0);
    }
}

impl Kind {
    fn empty(self) -> Columnar {
        match self {
            Kind::Text => Columnar::Text(Vec::new()),
            Kind::Number => Columnar::Number(Vec::new()),
            Kind::Day => Columnar::Day(Vec::new()),
        }
    }
}
