//! Any table as Parquet: columns of text, numbers and days, each of which may be empty in a row.
//!
//! What a column means is its caller's; the file is written at once, in groups of rows, compressed
//! by Snappy.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columnar {
    /// Texts.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Number(Vec<Option<i64>>),
    /// Days, counted from 1970-01-01.
    Day(Vec<Option<i32>>),
}

/// Rows of a group.
const GROUP_ROWS: usize = 100_000;

impl Columnar {
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
    written(columns).map_err(|error| error.to_string())
}

fn written(columns: &[(&str, Columnar)]) -> Result<Vec<u8>, ParquetError> {
    let rows = columns.first().map_or(0, |(_, column)| column.rows());
    assert!(columns.iter().all(|(_, column)| column.rows() == rows), "columns of one table");
    let fields = columns.iter().map(|(name, column)| column.field(name).map(Arc::new));
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut out = Vec::new();
    let mut file = SerializedFileWriter::new(&mut out, Arc::new(schema), Arc::new(properties))?;
    for start in (0..rows).step_by(GROUP_ROWS) {
        let end = rows.min(start + GROUP_ROWS);
        let mut group = file.next_row_group()?;
        for (_, column) in columns {
            put(&mut group, column, start..end)?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(out)
}

fn put<W: std::io::Write + Send>(
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
    use std::io::Write;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;

    #[test]
    fn what_is_written_is_read_back_by_a_reader() {
        let table = [
            ("name", Columnar::Text(vec![Some("a, b".into()), None])),
            ("amount_rupiah", Columnar::Number(vec![Some(-16_800), Some(i64::MAX)])),
            ("day", Columnar::Day(vec![None, Some(19_266)])),
        ];
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&write(&table).expect("a table")).expect("writes");
        let reader = SerializedFileReader::new(file).expect("Parquet");
        let rows: Vec<Vec<Field>> = reader
            .get_row_iter(None)
            .expect("rows")
            .map(|row| row.expect("a row").into_columns().into_iter().map(|(_, f)| f).collect())
            .collect();
        assert_eq!(rows[0], [Field::Str("a, b".into()), Field::Long(-16_800), Field::Null]);
        // 2022-10-01 is day 19,266 since 1970-01-01.
        assert_eq!(rows[1], [Field::Null, Field::Long(i64::MAX), Field::Date(19_266)]);
    }

    #[test]
    fn a_table_without_rows_is_a_file_too() {
        let bytes = write(&[("name", Columnar::Text(Vec::new()))]).expect("a table");
        assert_eq!(&bytes[..4], b"PAR1");
    }
}
