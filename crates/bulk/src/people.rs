//! Lists of people as files of columns, read for linkage: CSV or Parquet in, keys and records out.
//!
//! It reads what a program wrote. A spreadsheet as people make them goes through intake.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use linkage::engine::Prepared;
use linkage::generic::Table;
use linkage::keys::Keys;
use linkage::record::{Cells, Record};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use rayon::prelude::*;

use crate::linkage::Step;

/// Rows that are read before they are made comparable side by side.
const BATCH_ROWS: usize = 32_768;

/// Columns of a list of people; all but the first may be absent.
pub const COLUMNS: [&str; 14] = [
    "id",
    "nik",
    "no_kk",
    "nama",
    "tempat_lahir",
    "tanggal_lahir",
    "jenis_kelamin",
    "alamat",
    "rt",
    "rw",
    "desa",
    "kecamatan",
    "no_hp",
    "nama_ibu",
];

/// Why a list was not read.
#[derive(Debug)]
pub enum PeopleError {
    /// The file could not be read.
    Io(io::Error),
    /// It is no table of the kind its name says; the row where it ends being one.
    Broken {
        /// The row, 1 for the header.
        row: u64,
    },
    /// It has no column `id`, or none of the columns that tell people apart.
    NoColumns,
}

impl From<io::Error> for PeopleError {
    fn from(error: io::Error) -> PeopleError {
        PeopleError::Io(error)
    }
}

/// A list of people ready to be compared.
#[derive(Default)]
pub struct People {
    /// What is compared, of a list of people.
    pub prepared: Prepared,
    /// What is compared, of a list of any kind.
    pub table: Table,
    /// The ids, one after the other.
    ids: String,
    ends: Vec<usize>,
}

impl People {
    /// The id of a record.
    pub fn id(&self, at: u32) -> &str {
        let at = at as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.ids[start..self.ends[at]]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Where an id stands.
    pub fn find(&self, id: &str) -> Option<u32> {
        (0..self.len() as u32).find(|&at| self.id(at) == id)
    }

    /// Reads a list of people; a file that ends in `.parquet` as Parquet, any other as CSV.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub fn read(path: &Path, say: &mut dyn FnMut(Step)) -> Result<People, PeopleError> {
        let mut people = People::default();
        let mut columns = None;
        read_rows(path, &mut |headers, rows| {
            if columns.is_none() {
                columns = Some(Columns::of(headers)?);
            }
            people.add(rows, columns.as_ref().expect("the line above sets it"));
            say(Step::Read(people.len()));
            Ok(())
        })?;
        Ok(people)
    }

    /// Reads a list of any kind: the column `id`, and text in all others.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub fn read_cells(path: &Path, say: &mut dyn FnMut(Step)) -> Result<People, PeopleError> {
        let mut people = People::default();
        read_rows(path, &mut |headers, rows| {
            let id = headers.iter().position(|header| header == "id");
            let id = id.ok_or(PeopleError::NoColumns)?;
            let others = (0..headers.len()).filter(|at| *at != id);
            people.table.columns = others.map(|at| headers[at].clone()).collect();
            if people.table.columns.is_empty() {
                return Err(PeopleError::NoColumns);
            }
            for row in rows {
                people.add_id(row, id);
                let cells = (0..headers.len()).filter(|at| *at != id).map(|at| {
                    let cell = String::from_utf8_lossy(row.get(at).unwrap_or(b""));
                    cell.trim().to_lowercase()
                });
                people.table.rows.push(cells.collect());
            }
            say(Step::Read(people.len()));
            Ok(())
        })?;
        Ok(people)
    }

    fn add_id(&mut self, row: &csv::ByteRecord, id: usize) {
        let cell = row.get(id).unwrap_or(b"");
        match std::str::from_utf8(cell) {
            Ok(cell) => self.ids.push_str(cell),
            Err(_) => self.ids.push_str(&String::from_utf8_lossy(cell)),
        }
        self.ends.push(self.ids.len());
    }

    /// Makes rows comparable side by side, and keeps them in order.
    fn add(&mut self, rows: &[csv::ByteRecord], columns: &Columns) {
        let read: Vec<(Record, Keys)> = rows
            .par_iter()
            .map(|row| {
                let record = columns.record(row);
                (record, Keys::of(&record))
            })
            .collect();
        let id = columns.0[0].expect("a list without ids is refused");
        for (row, (record, keys)) in rows.iter().zip(read) {
            self.add_id(row, id);
            self.prepared.records.push(record);
            self.prepared.keys.push(keys);
        }
    }
}

/// Takes the headers, in lower case, and a batch of rows.
type Take<'a> = &'a mut dyn FnMut(&[String], &[csv::ByteRecord]) -> Result<(), PeopleError>;

/// Reads a file batch by batch; a table without rows is one empty batch.
fn read_rows(path: &Path, take: Take<'_>) -> Result<(), PeopleError> {
    let is_parquet = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
    let file = File::open(path)?;
    match is_parquet {
        true => read_parquet(file, take),
        false => read_csv(BufReader::with_capacity(1 << 20, file), take),
    }
}

fn read_csv(mut file: impl BufRead, take: Take<'_>) -> Result<(), PeopleError> {
    if file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        file.consume(3);
    }
    let line = file.fill_buf()?.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let count = |mark: u8| line.iter().filter(|byte| **byte == mark).count();
    let mark = [b'\t', b';', b','].into_iter().max_by_key(|mark| count(*mark));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(mark.expect("three marks to choose from"))
        .flexible(true)
        .from_reader(file);
    let headers: Vec<String> = reader.byte_headers().map_err(broken)?.iter().map(header).collect();
    let mut batch: Vec<csv::ByteRecord> = vec![csv::ByteRecord::new(); BATCH_ROWS];
    loop {
        let mut rows = 0;
        while rows < BATCH_ROWS && reader.read_byte_record(&mut batch[rows]).map_err(broken)? {
            rows += 1;
        }
        take(&headers, &batch[..rows])?;
        if rows < BATCH_ROWS {
            return Ok(());
        }
    }
}

fn read_parquet(file: File, take: Take<'_>) -> Result<(), PeopleError> {
    let broken = |_| PeopleError::Broken { row: 1 };
    let reader = SerializedFileReader::new(file).map_err(broken)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let headers: Vec<String> =
        schema.columns().iter().map(|column| header(column.name().as_bytes())).collect();
    let mut rows = reader.get_row_iter(None).map_err(broken)?;
    let mut read = 0;
    loop {
        let mut batch: Vec<csv::ByteRecord> = Vec::new();
        for row in rows.by_ref().take(BATCH_ROWS) {
            let row = row.map_err(|_| PeopleError::Broken { row: read + 2 })?;
            batch.push(row.get_column_iter().map(|(_, value)| cell(value)).collect());
            read += 1;
        }
        take(&headers, &batch)?;
        if batch.len() < BATCH_ROWS {
            return Ok(());
        }
    }
}

fn header(name: &[u8]) -> String {
    String::from_utf8_lossy(name).trim().to_lowercase()
}

fn broken(error: csv::Error) -> PeopleError {
    let row = error.position().map_or(1, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => PeopleError::Io(error),
        _ => PeopleError::Broken { row },
    }
}

fn cell(value: &Field) -> String {
    match value {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Where each of [`COLUMNS`] stands in a file.
struct Columns([Option<usize>; COLUMNS.len()]);

impl Columns {
    fn of(headers: &[String]) -> Result<Columns, PeopleError> {
        let mut columns = Columns([None; COLUMNS.len()]);
        for (at, header) in headers.iter().enumerate() {
            if let Some(found) = COLUMNS.iter().position(|name| name == header) {
                columns.0[found].get_or_insert(at);
            }
        }
        match columns.0[0].is_some() && columns.0[1..].iter().any(Option::is_some) {
            true => Ok(columns),
            false => Err(PeopleError::NoColumns),
        }
    }

    fn record(&self, row: &csv::ByteRecord) -> Record {
        // A row is looked through once; what is no text in a row that has such is no name, and the
        // row is compared by what else it has.
        let whole = std::str::from_utf8(row.as_slice()).ok();
        let text = |column: usize| -> &str {
            let Some(range) = self.0[column].and_then(|at| row.range(at)) else { return "" };
            let cell = whole.and_then(|whole| whole.get(range.clone()));
            cell.unwrap_or_else(|| std::str::from_utf8(&row.as_slice()[range]).unwrap_or(""))
        };
        // The first column is the row's id.
        Record::read(&Cells::by_place(|place| text(place + 1)))
    }
}

#[cfg(test)]
mod tests;
