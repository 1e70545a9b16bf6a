//! Cells of tables, read by both engines and by the check before them in one way: what may not be
//! null is never read as something else, and nobody is told what is in a cell.

use std::fmt::{Display, Formatter};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use base::id::kind;
use base::{Day, Id, Month};
use datafusion::arrow::array::{
    Array, ArrayAccessor, ArrayRef, Date32Array, Int64Array, RecordBatch, StringViewArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::{as_date32_array, as_int64_array, as_string_view_array};
use datafusion::datasource::file_format::parquet::transform_schema_to_view;
use datafusion::error::{DataFusionError, Result as EngineResult};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use crate::kernels::refused;

/// Rows that are read at once.
const READ_ROWS: usize = 32_768;

/// A cell that is not what its column promises. What is in it is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// The column.
    pub column: &'static str,
    /// What belongs there, in both languages.
    pub expect: &'static str,
}

impl Display for Wrong {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "kolom {} harus berisi {}", self.column, self.expect)
    }
}

impl std::error::Error for Wrong {}

impl From<Wrong> for DataFusionError {
    fn from(wrong: Wrong) -> DataFusionError {
        refused(wrong)
    }
}

/// A column of texts.
///
/// # Errors
/// That it is none.
pub fn texts(column: &ArrayRef) -> EngineResult<StringViewArray> {
    Ok(as_string_view_array(&cast(column, &DataType::Utf8View)?)?.clone())
}

/// A column of whole numbers.
///
/// # Errors
/// That it is none.
pub fn numbers(column: &ArrayRef) -> EngineResult<Int64Array> {
    Ok(as_int64_array(&cast(column, &DataType::Int64)?)?.clone())
}

/// A column of days.
///
/// # Errors
/// That it is none.
pub fn days(column: &ArrayRef) -> EngineResult<Date32Array> {
    Ok(as_date32_array(&cast(column, &DataType::Date32)?)?.clone())
}

/// A cell of a column of texts that may be null; nothing where it is.
pub fn cell(column: &StringViewArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}

/// A cell that may not be null.
///
/// # Errors
/// That it is.
pub fn required<A: ArrayAccessor>(
    column: A,
    row: usize,
    name: &'static str,
) -> Result<A::Item, Wrong> {
    if column.is_null(row) {
        return Err(Wrong { column: name, expect: "nilai, tidak boleh kosong (never empty)" });
    }
    Ok(column.value(row))
}

/// A month.
///
/// # Errors
/// That it is none.
pub fn month(column: &Int64Array, row: usize, name: &'static str) -> Result<Month, Wrong> {
    let expect = "bulan seperti 202601 (a month such as 202601)";
    Month::from_number(required(column, row, name)?).ok_or(Wrong { column: name, expect })
}

/// A day, where there is one.
///
/// # Errors
/// That the calendar does not have it.
pub fn day(column: &Date32Array, row: usize, name: &'static str) -> Result<Option<Day>, Wrong> {
    if column.is_null(row) {
        return Ok(None);
    }
    let expect = "hari dalam kalender (a day of the calendar)";
    day_of(column.value(row)).map(Some).ok_or(Wrong { column: name, expect })
}

/// The first and the last day of the years 1 to 9999, counted from 1970-01-01.
const CALENDAR: std::ops::RangeInclusive<i32> = -719_162..=2_932_896; // not law: the calendar

/// The day so many days after 1970-01-01, if the calendar has it.
pub fn day_of(days: i32) -> Option<Day> {
    let epoch = Day::new(1970, 1, 1)?;
    CALENDAR.contains(&days).then(|| epoch.plus_days(days))
}

/// The pseudonym of a person: 32 hexadecimal digits, lower case.
///
/// # Errors
/// That it is none.
pub fn person(
    column: &StringViewArray,
    row: usize,
    name: &'static str,
) -> Result<Id<kind::Person>, Wrong> {
    let expect = "nama samaran: 32 angka heksadesimal, huruf kecil (32 hexadecimal digits)";
    id(column, row, name, 32, expect)
}

/// The identifier of a programme, in the usual spelling of a UUID, lower case.
///
/// # Errors
/// That it is none.
pub fn programme(
    column: &StringViewArray,
    row: usize,
    name: &'static str,
) -> Result<Id<kind::Programme>, Wrong> {
    let expect = "nomor program, UUID huruf kecil dengan tanda hubung (a UUID, lower case)";
    id(column, row, name, 36, expect)
}

/// An identifier in one spelling, of so many characters: both engines join by what is written.
fn id<K>(
    column: &StringViewArray,
    row: usize,
    name: &'static str,
    length: usize,
    expect: &'static str,
) -> Result<Id<K>, Wrong> {
    let text = required(column, row, name)?;
    let is_plain = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
    let is_plain = text.len() == length && text.bytes().all(is_plain);
    let id = Id::parse(text).ok().filter(|_| is_plain);
    id.ok_or(Wrong { column: name, expect })
}

/// Rows of a file, by the names of their columns.
pub struct Columns<'a> {
    batch: RecordBatch,
    path: &'a Path,
    /// How many rows stand before these in the file.
    pub first: u64,
}

impl Columns<'_> {
    fn of(&self, name: &str) -> Result<&ArrayRef> {
        self.batch.column_by_name(name).with_context(|| format!("no column {name}"))
    }

    /// A column of texts.
    ///
    /// # Errors
    /// That there is none.
    pub fn texts(&self, name: &str) -> Result<StringViewArray> {
        Ok(texts(self.of(name)?)?)
    }

    /// A column of whole numbers.
    ///
    /// # Errors
    /// That there is none.
    pub fn numbers(&self, name: &str) -> Result<Int64Array> {
        Ok(numbers(self.of(name)?)?)
    }

    /// A column of days.
    ///
    /// # Errors
    /// That there is none.
    pub fn days(&self, name: &str) -> Result<Date32Array> {
        Ok(days(self.of(name)?)?)
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// Goes through the rows; what is wrong with one is told with its file and number.
    ///
    /// # Errors
    /// The first that is wrong.
    pub fn each(&self, mut look: impl FnMut(usize) -> Result<(), Wrong>) -> Result<()> {
        (0..self.len()).try_for_each(|row| {
            look(row).map_err(|wrong| {
                anyhow!(
                    "{}, baris {}: {wrong}; perbaiki di register, lalu ekspor ulang\n\
                     (row and column of the file, and what belongs there: mend it in the \
                     register, then export anew)",
                    self.path.display(),
                    self.first + row as u64 + 1
                )
            })
        })
    }
}

/// A reader that gives texts as views, which are not copied out of their pages.
fn opened(file: File) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let told = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default())?;
    let viewed = Arc::new(transform_schema_to_view(told.schema()));
    let options = ArrowReaderOptions::new().with_schema(viewed);
    let told = ArrowReaderMetadata::try_new(Arc::clone(told.metadata()), options)?;
    Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, told))
}

/// Goes through some columns of a file; how many rows it has.
///
/// # Errors
/// What cannot be read, or what `each` says.
pub fn walk(
    path: &Path,
    columns: &[&str],
    mut each: impl FnMut(&Columns<'_>) -> Result<()>,
) -> Result<u64> {
    let unread = || format!("{} tidak dapat dibaca (cannot be read)", path.display());
    let file = File::open(path).with_context(unread)?;
    let builder = opened(file).with_context(unread)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let mut first = 0;
    for batch in builder.with_projection(mask).with_batch_size(READ_ROWS).build()? {
        let batch = batch.with_context(unread)?;
        let rows = batch.num_rows() as u64;
        each(&Columns { batch, path, first })?;
        first += rows;
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_not_read_as_its_neighbour() {
        let numbers = Int64Array::from(vec![Some(202_601), None, Some(202_603)]);
        let months: Vec<bool> = (0..3).map(|row| month(&numbers, row, "last").is_ok()).collect();
        assert_eq!(months, [true, false, true]);
        let told = month(&numbers, 1, "last").expect_err("null").to_string();
        assert!(told.contains("kolom last") && told.contains("tidak boleh kosong"), "{told}");
        // Thirteen is no month, and what stood there is not told.
        let told = month(&Int64Array::from(vec![202_613]), 0, "last").expect_err("no month");
        assert!(!told.to_string().contains("202613"));
    }

    #[test]
    fn days_beyond_the_calendar_are_none() {
        let days = Date32Array::from(vec![Some(0), None, Some(i32::MAX), Some(i32::MIN)]);
        assert_eq!(day(&days, 0, "birth"), Ok(Day::new(1970, 1, 1)));
        assert_eq!(day(&days, 1, "birth"), Ok(None));
        assert!(day(&days, 2, "birth").is_err() && day(&days, 3, "birth").is_err());
        assert_eq!(day_of(*CALENDAR.start()), Day::new(1, 1, 1));
        assert_eq!(day_of(*CALENDAR.end()), Day::new(9999, 12, 31));
    }

    #[test]
    fn identifiers_have_one_spelling() {
        let plain = "00000000000080008000000000000abc";
        let usual = "00000000-0000-8000-8000-000000000abc";
        let upper = plain.to_uppercase();
        let column = StringViewArray::from(vec![plain, usual, &upper, "Siti Aminah"]);
        let people: Vec<bool> = (0..4).map(|row| person(&column, row, "person").is_ok()).collect();
        assert_eq!(people, [true, false, false, false]);
        let known: Vec<bool> = (0..4).map(|row| programme(&column, row, "p").is_ok()).collect();
        assert_eq!(known, [false, true, false, false]);
    }
}
