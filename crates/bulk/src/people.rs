//! Lists of people as files of columns, read for linkage: CSV or Parquet in, keys and records out.
//!
//! It reads what a program wrote. A spreadsheet as people make them goes through intake.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::ops::Range;
use std::path::Path;

use linkage::engine::Prepared;
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
    /// What is compared.
    pub prepared: Prepared,
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

    /// Reads a file; one that ends in `.parquet` as Parquet, any other as CSV.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub fn read(path: &Path, say: &mut dyn FnMut(Step)) -> Result<People, PeopleError> {
        let is_parquet = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
        let mut people = People::default();
        match is_parquet {
            true => people.read_parquet(File::open(path)?, say)?,
            false => people.read_csv(BufReader::with_capacity(1 << 20, File::open(path)?), say)?,
        }
        Ok(people)
    }

    fn read_csv(
        &mut self,
        mut file: impl BufRead,
        say: &mut dyn FnMut(Step),
    ) -> Result<(), PeopleError> {
        let first = file.fill_buf()?;
        if first.starts_with(b"\xef\xbb\xbf") {
            file.consume(3);
        }
        let line = file.fill_buf()?.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
        let count = |mark: u8| line.iter().filter(|byte| **byte == mark).count();
        let mark = [b',', b';', b'\t'].into_iter().max_by_key(|mark| (count(*mark), *mark == b','));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(mark.expect("three marks to choose from"))
            .flexible(true)
            .from_reader(file);
        let columns = Columns::of(reader.byte_headers().map_err(broken)?.iter())?;
        let mut batch: Vec<csv::ByteRecord> = vec![csv::ByteRecord::new(); BATCH_ROWS];
        loop {
            let mut rows = 0;
            while rows < BATCH_ROWS && reader.read_byte_record(&mut batch[rows]).map_err(broken)? {
                rows += 1;
            }
            self.add(&batch[..rows], |row, at| row.get(at).unwrap_or(b""), &columns);
            say(Step::Read(self.len()));
            if rows < BATCH_ROWS {
                return Ok(());
            }
        }
    }

    fn read_parquet(&mut self, file: File, say: &mut dyn FnMut(Step)) -> Result<(), PeopleError> {
        let broken = |_| PeopleError::Broken { row: 1 };
        let reader = SerializedFileReader::new(file).map_err(broken)?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let names: Vec<&[u8]> = schema.columns().iter().map(|c| c.name().as_bytes()).collect();
        let columns = Columns::of(names.into_iter())?;
        let mut rows = reader.get_row_iter(None).map_err(broken)?;
        loop {
            let mut batch: Vec<Vec<String>> = Vec::new();
            for row in rows.by_ref().take(BATCH_ROWS) {
                let row = row.map_err(|_| PeopleError::Broken { row: self.len() as u64 + 2 })?;
                batch.push(row.get_column_iter().map(|(_, value)| cell(value)).collect());
            }
            self.add(&batch, |row, at| row.get(at).map_or(b"", |cell| cell.as_bytes()), &columns);
            say(Step::Read(self.len()));
            if batch.len() < BATCH_ROWS {
                return Ok(());
            }
        }
    }

    /// Makes rows comparable side by side, and keeps them in order.
    fn add<R: Sync>(
        &mut self,
        rows: &[R],
        cell: impl for<'r> Fn(&'r R, usize) -> &'r [u8] + Sync,
        columns: &Columns,
    ) {
        let read: Vec<(Record, Keys)> = rows
            .par_iter()
            .map(|row| {
                let record = columns.record(|at| cell(row, at));
                (record, Keys::of(&record))
            })
            .collect();
        for (row, (record, keys)) in rows.iter().zip(read) {
            self.ids.push_str(&String::from_utf8_lossy(cell(row, columns.0[0].expect("an id"))));
            self.ends.push(self.ids.len());
            self.prepared.records.push(record);
            self.prepared.keys.push(keys);
        }
    }
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
    fn of<'h>(headers: impl Iterator<Item = &'h [u8]>) -> Result<Columns, PeopleError> {
        let mut columns = Columns([None; COLUMNS.len()]);
        for (at, header) in headers.enumerate() {
            let header = header.trim_ascii().to_ascii_lowercase();
            let name = COLUMNS.iter().position(|name| name.as_bytes() == header);
            if let Some(found) = name {
                columns.0[found].get_or_insert(at);
            }
        }
        let tells: Range<usize> = 1..COLUMNS.len();
        match columns.0[0].is_some() && tells.into_iter().any(|at| columns.0[at].is_some()) {
            true => Ok(columns),
            false => Err(PeopleError::NoColumns),
        }
    }

    fn record<'r>(&self, cell: impl Fn(usize) -> &'r [u8]) -> Record {
        let text = |column: usize| match self.0[column] {
            // What is no text is no name; the row is compared by what else it has.
            Some(at) => std::str::from_utf8(cell(at)).unwrap_or(""),
            None => "",
        };
        Record::read(&Cells {
            nik: text(1),
            no_kk: text(2),
            name: text(3),
            birth_place: text(4),
            birth_date: text(5),
            sex: text(6),
            address: text(7),
            rt: text(8),
            rw: text(9),
            village: text(10),
            district: text(11),
            phone: text(12),
            mother: text(13),
        })
    }
}
