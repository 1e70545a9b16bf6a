//! Any table as Parquet: columns of text, numbers and days, each of which may be empty in a row.
//!
//! What a column means is its caller's; a file is written in groups of rows, compressed by Snappy.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use base::Day;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::record::Field;
use parquet::schema::types::Type;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columnar {
    /// Texts.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Number(Vec<Option<i64>>),
    /// Days as [`since_1970`] counts them.
    Day(Vec<Option<i32>>),
}

/// A day as Parquet counts it.
pub fn since_1970(day: Day) -> i32 {
    Day::new(1970, 1, 1).expect("the epoch is a day").days_until(day)
}

/// Rows of a group.
const GROUP_ROWS: usize = 100_000;

impl Columnar {
    /// Leaves it without rows.
    pub fn clear(&mut self) {
        match self {
            Columnar::Text(cells) => cells.clear(),
            Columnar::Number(cells) => cells.clear(),
            Columnar::Day(cells) => cells.clear(),
        }
    }

    fn rows(&self) -> usize {
        match self {
            Columnar::Text(cells) => cells.len(),
            Columnar::Number(cells) => cells.len(),
            Columnar::Day(cells) => cells.len(),
        }
    }

    fn field(&self, name: &str) -> Result<Type, ParquetError> {
        let (physical, logical) = match self {
            Columnar::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Columnar::Number(_) => (Physical::INT64, None),
            Columnar::Day(_) => (Physical::INT32, Some(LogicalType::Date)),
        };
        Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(Repetition::OPTIONAL)
            .build()
    }
}

/// Writes a table; every column has as many rows as the first.
///
/// # Errors
/// What the writer says, which is a bug of ours.
pub fn write(columns: &[(&str, Columnar)]) -> Result<Vec<u8>, String> {
    let mut writing = Writing::begin(Vec::new(), columns)?;
    writing.add(columns)?;
    writing.end()
}

/// A table that is written in parts: one that is too long to be held.
pub struct Writing<W: Write + Send> {
    file: SerializedFileWriter<W>,
}

impl<W: Write + Send> Writing<W> {
    /// Begins a table with columns such as these; their rows are not written yet.
    ///
    /// # Errors
    /// What the writer says.
    pub fn begin(out: W, columns: &[(&str, Columnar)]) -> Result<Writing<W>, String> {
        let fields = columns.iter().map(|(name, column)| column.field(name).map(Arc::new));
        let begun = fields.collect::<Result<Vec<_>, _>>().and_then(|fields| {
            let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
            let snappy = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
            SerializedFileWriter::new(out, Arc::new(schema), Arc::new(snappy))
        });
        Ok(Writing { file: begun.map_err(told)? })
    }

    /// Adds rows; every column has as many as the first.
    ///
    /// # Errors
    /// What the writer says.
    pub fn add(&mut self, columns: &[(&str, Columnar)]) -> Result<(), String> {
        let rows = columns.first().map_or(0, |(_, column)| column.rows());
        assert!(columns.iter().all(|(_, column)| column.rows() == rows), "columns of one table");
        for start in (0..rows).step_by(GROUP_ROWS) {
            let end = rows.min(start + GROUP_ROWS);
            let mut group = self.file.next_row_group().map_err(told)?;
            for (_, column) in columns {
                put(&mut group, column, start..end).map_err(told)?;
            }
            group.close().map_err(told)?;
        }
        Ok(())
    }

    /// Ends the table; gives back what it was written to.
    ///
    /// # Errors
    /// What the writer says.
    pub fn end(self) -> Result<W, String> {
        self.file.into_inner().map_err(told)
    }
}

/// The rows of a small table, each cell as text (a day as its count); none where a cell is empty.
///
/// # Errors
/// Why it cannot be read.
pub fn read(file: File) -> Result<Vec<Vec<Option<String>>>, String> {
    let cell = |field: &Field| match field {
        Field::Null => Ok(None),
        Field::Str(text) => Ok(Some(text.clone())),
        Field::Long(number) => Ok(Some(number.to_string())),
        Field::Date(day) => Ok(Some(day.to_string())),
        _ => Err("a column of another kind".to_owned()),
    };
    let reader = SerializedFileReader::new(file).map_err(told)?;
    let rows = reader.get_row_iter(None).map_err(told)?;
    rows.map(|row| row.map_err(told)?.get_column_iter().map(|(_, field)| cell(field)).collect())
        .collect()
}

fn told(error: ParquetError) -> String {
    error.to_string()
}

fn put<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    column: &Columnar,
    rows: std::ops::Range<usize>,
) -> Result<(), ParquetError> {
    let Some(mut writer) = group.next_column()? else { return Ok(()) };
    match column {
        Columnar::Text(cells) => {
            let cells = &cells[rows];
            let bytes = |text: &String| ByteArray::from(text.as_bytes().to_vec());
            let filled: Vec<ByteArray> = cells.iter().flatten().map(bytes).collect();
            writer.typed::<ByteArrayType>().write_batch(&filled, Some(&levels(cells)), None)?;
        }
        Columnar::Number(cells) => {
            let cells = &cells[rows];
            let filled: Vec<i64> = cells.iter().flatten().copied().collect();
            writer.typed::<Int64Type>().write_batch(&filled, Some(&levels(cells)), None)?;
        }
        Columnar::Day(cells) => {
            let cells = &cells[rows];
            let filled: Vec<i32> = cells.iter().flatten().copied().collect();
            writer.typed::<Int32Type>().write_batch(&filled, Some(&levels(cells)), None)?;
        }
    }
    writer.close()
}

/// Whether each row holds something.
fn levels<T>(cells: &[Option<T>]) -> Vec<i16> {
    cells.iter().map(|cell| i16::from(cell.is_some())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(bytes: &[u8]) -> Vec<Vec<Option<String>>> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("writes");
        read(file).expect("Parquet")
    }

    #[test]
    fn what_is_written_is_read_back() {
        let table = [
            ("name", Columnar::Text(vec![Some("a, b".into()), None])),
            ("amount_rupiah", Columnar::Number(vec![Some(-16_800), Some(i64::MAX)])),
            ("day", Columnar::Day(vec![None, Some(19_266)])),
        ];
        let rows = read_back(&write(&table).expect("a table"));
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(rows[0], [text("a, b"), text("-16800"), None]);
        // 2022-10-01 is day 19,266 since 1970-01-01.
        assert_eq!(rows[1], [None, text("9223372036854775807"), text("19266")]);
    }

    #[test]
    fn parts_follow_each_other() {
        let part = |from: i64| [("number", Columnar::Number(vec![Some(from), Some(from + 1)]))];
        let mut writing = Writing::begin(Vec::new(), &part(0)).expect("a table");
        for from in [1, 3] {
            writing.add(&part(from)).expect("rows");
        }
        let rows = read_back(&writing.end().expect("a table"));
        assert_eq!(rows.concat(), ["1", "2", "3", "4"].map(|number| Some(number.to_owned())));
    }

    #[test]
    fn a_table_without_rows_is_a_file_too() {
        let bytes = write(&[("name", Columnar::Text(Vec::new()))]).expect("a table");
        assert!(read_back(&bytes).is_empty());
    }
}
