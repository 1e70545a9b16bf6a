//! Values on their way into and out of the register: integers, texts and bytes, nothing else.
//!
//! Days are yyyymmdd, months yyyymm, money whole rupiah, identifiers 16 bytes.

use std::borrow::Cow;
use std::fmt;

use base::id::kind;
use base::{Day, Id, Month, RegionCode, Rupiah, Sex};

use domain::occupation::OccupationKey;

use crate::error::StoreError;

/// A parameter of a statement.
#[derive(Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
    Blob(Cow<'a, [u8]>),
}

impl Value<'_> {
    /// The same value, borrowed from nobody.
    pub(crate) fn owned(&self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Integer(number) => Value::Integer(*number),
            Value::Text(text) => Value::Text(Cow::Owned(text.to_string())),
            Value::Blob(bytes) => Value::Blob(Cow::Owned(bytes.to_vec())),
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A parameter may be somebody's number or name: only its kind is shown.
        f.write_str(match self {
            Value::Null => "null",
            Value::Integer(_) => "integer",
            Value::Text(_) => "text",
            Value::Blob(_) => "blob",
        })
    }
}

/// The parameters of a statement, each by its own conversion.
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::value::Value::from($value)),*] };
}
pub(crate) use values;

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}
impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Value::Integer(i64::from(value))
    }
}
impl From<u8> for Value<'_> {
    fn from(value: u8) -> Self {
        Value::Integer(i64::from(value))
    }
}
impl From<u16> for Value<'_> {
    fn from(value: u16) -> Self {
        Value::Integer(i64::from(value))
    }
}
impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Value::Integer(i64::from(value))
    }
}
impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Value::Text(Cow::Borrowed(value))
    }
}
impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Value::Text(Cow::Owned(value))
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Value::Text(Cow::Borrowed(value))
    }
}
impl<'a> From<&'a Box<str>> for Value<'a> {
    fn from(value: &'a Box<str>) -> Self {
        Value::Text(Cow::Borrowed(value))
    }
}
impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Value::Blob(Cow::Borrowed(value))
    }
}
impl From<Vec<u8>> for Value<'_> {
    fn from(value: Vec<u8>) -> Self {
        Value::Blob(Cow::Owned(value))
    }
}
impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Value::Blob(Cow::Borrowed(value))
    }
}
impl<'a, K> From<&'a Id<K>> for Value<'a> {
    fn from(value: &'a Id<K>) -> Self {
        Value::Blob(Cow::Borrowed(value.as_bytes()))
    }
}
impl From<Day> for Value<'_> {
    fn from(value: Day) -> Self {
        Value::Integer(value.as_number())
    }
}
impl From<Month> for Value<'_> {
    fn from(value: Month) -> Self {
        Value::Integer(value.as_number())
    }
}
impl From<Rupiah> for Value<'_> {
    fn from(value: Rupiah) -> Self {
        Value::Integer(value.0)
    }
}
impl From<RegionCode> for Value<'_> {
    fn from(value: RegionCode) -> Self {
        Value::Integer(value.digits() as i64)
    }
}
impl From<Sex> for Value<'_> {
    fn from(value: Sex) -> Self {
        Value::Text(Cow::Borrowed(value.letter()))
    }
}
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// The sheet, the sheet's place in its file, and the row.
type RowPlace = (Id<kind::Sheet>, u16, u32);

/// Numbers as the text of a JSON array, each once: how a set is asked about in one statement.
pub(crate) fn json_array(numbers: impl Iterator<Item = i64>) -> String {
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut text = String::with_capacity(numbers.len() * 18 + 2);
    text.push('[');
    for (at, number) in numbers.iter().enumerate() {
        text.push_str(if at == 0 { "" } else { "," });
        text.push_str(&number.to_string());
    }
    text.push(']');
    text
}

/// Texts as the text of a JSON array, each once; they are plain letters and digits.
pub(crate) fn json_texts(texts: impl Iterator<Item = String>) -> String {
    let mut texts: Vec<String> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    match texts.is_empty() {
        true => "[]".to_owned(),
        false => format!("[\"{}\"]", texts.join("\",\"")),
    }
}

/// One row of an answer, read column by column from the left.
pub(crate) struct Columns<'r> {
    row: RowRef<'r>,
    next: usize,
}

/// A row as its engine gives it.
#[derive(Clone, Copy)]
pub(crate) enum RowRef<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
    /// Of a server's answer to several questions: the type of each column, and its bytes.
    Cells(&'r [(u32, Option<&'r [u8]>)]),
}

impl<'r> Columns<'r> {
    pub(crate) fn new(row: RowRef<'r>) -> Columns<'r> {
        Columns { row, next: 0 }
    }

    /// A column by its place, as it is kept.
    pub(crate) fn cell(&self, index: usize) -> Result<Cell<'r>, StoreError> {
        self.row.cell(index)
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> Vec<&'r str> {
        self.row.names()
    }

    /// The next column, as whatever the caller needs.
    pub(crate) fn take<T: Column>(&mut self) -> Result<T, StoreError> {
        let index = self.next;
        self.next += 1;
        T::read(self.row, index)
    }

    /// The next column, whatever it holds.
    pub(crate) fn take_any(&mut self) -> Result<Value<'static>, StoreError> {
        let index = self.next;
        self.next += 1;
        Ok(match self.cell(index)? {
            Cell::Null => Value::Null,
            Cell::Integer(number) => Value::Integer(number),
            Cell::Text(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|_| corrupt("a text column"))?;
                Value::Text(text.to_owned().into())
            }
            Cell::Blob(bytes) => Value::Blob(bytes.to_vec().into()),
        })
    }

    /// The next three columns, as the place of a row in a sheet.
    pub(crate) fn take_place(&mut self) -> Result<Option<RowPlace>, StoreError> {
        let place: (Option<Id<kind::Sheet>>, Option<u16>, Option<u32>) =
            (self.take()?, self.take()?, self.take()?);
        Ok(match place {
            (Some(sheet), Some(index), Some(row)) => Some((sheet, index, row)),
            _ => None,
        })
    }

    /// The next column through a reading function, such as an enum's `from_name`.
    pub(crate) fn take_with<T>(
        &mut self,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let index = self.next;
        self.next += 1;
        let text = self.row.text(index)?.ok_or_else(|| corrupt(what))?;
        read(text).ok_or_else(|| corrupt(what))
    }
}

/// A value as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell<'r> {
    Null,
    Integer(i64),
    /// In UTF-8, unless somebody has damaged it.
    Text(&'r [u8]),
    Blob(&'r [u8]),
}

impl<'r> RowRef<'r> {
    fn cell(self, index: usize) -> Result<Cell<'r>, StoreError> {
        use rusqlite::types::ValueRef;
        use tokio_postgres::types::Type;
        let kind = match self {
            RowRef::Sqlite(row) => {
                return match row.get_ref(index).map_err(|_| corrupt("a column"))? {
                    ValueRef::Null => Ok(Cell::Null),
                    ValueRef::Integer(number) => Ok(Cell::Integer(number)),
                    ValueRef::Text(bytes) => Ok(Cell::Text(bytes)),
                    ValueRef::Blob(bytes) => Ok(Cell::Blob(bytes)),
                    ValueRef::Real(_) => Err(corrupt("a column")),
                };
            }
            RowRef::Postgres(row) => row.columns()[index].type_().clone(),
            RowRef::Cells(cells) => {
                let kind = cells.get(index).and_then(|(kind, _)| Type::from_oid(*kind));
                kind.ok_or_else(|| corrupt("a column's type"))?
            }
        };
        match kind {
            Type::INT8 => Ok(self.integer(index)?.map_or(Cell::Null, Cell::Integer)),
            Type::TEXT => {
                Ok(self.text(index)?.map_or(Cell::Null, |text| Cell::Text(text.as_bytes())))
            }
            Type::BYTEA => Ok(self.blob(index)?.map_or(Cell::Null, Cell::Blob)),
            _ => Err(corrupt("a column's type")),
        }
    }

    fn names(self) -> Vec<&'r str> {
        match self {
            RowRef::Sqlite(row) => row.as_ref().column_names().collect(),
            RowRef::Postgres(row) => row.columns().iter().map(|column| column.name()).collect(),
            RowRef::Cells(_) => Vec::new(),
        }
    }

    fn integer(self, index: usize) -> Result<Option<i64>, StoreError> {
        match self {
            RowRef::Sqlite(row) => row
                .get_ref(index)
                .ok()
                .and_then(|value| value.as_i64_or_null().ok())
                .ok_or_else(|| corrupt("an integer column")),
            RowRef::Postgres(row) => row.try_get(index).map_err(|_| corrupt("an integer column")),
            RowRef::Cells(cells) => sent(cells, index, "an integer column"),
        }
    }

    fn text(self, index: usize) -> Result<Option<&'r str>, StoreError> {
        match self {
            RowRef::Sqlite(row) => row
                .get_ref(index)
                .ok()
                .and_then(|value| value.as_str_or_null().ok())
                .ok_or_else(|| corrupt("a text column")),
            RowRef::Postgres(row) => row.try_get(index).map_err(|_| corrupt("a text column")),
            RowRef::Cells(cells) => sent(cells, index, "a text column"),
        }
    }

    fn blob(self, index: usize) -> Result<Option<&'r [u8]>, StoreError> {
        match self {
            RowRef::Sqlite(row) => row
                .get_ref(index)
                .ok()
                .and_then(|value| value.as_blob_or_null().ok())
                .ok_or_else(|| corrupt("a bytes column")),
            RowRef::Postgres(row) => row.try_get(index).map_err(|_| corrupt("a bytes column")),
            RowRef::Cells(cells) => sent(cells, index, "a bytes column"),
        }
    }

    fn is_null(self, index: usize) -> Result<bool, StoreError> {
        match self {
            RowRef::Sqlite(row) => row
                .get_ref(index)
                .map(|value| matches!(value, rusqlite::types::ValueRef::Null))
                .map_err(|_| corrupt("a column")),
            RowRef::Postgres(row) => row
                .try_get::<_, Present>(index)
                .map(|seen| !seen.0)
                .map_err(|_| corrupt("a column")),
            RowRef::Cells(cells) => {
                let cell = cells.get(index).ok_or_else(|| corrupt("a column"))?;
                Ok(cell.1.is_none())
            }
        }
    }
}

/// A cell as the server sent it, read as what the caller needs.
fn sent<'r, T: tokio_postgres::types::FromSql<'r>>(
    cells: &[(u32, Option<&'r [u8]>)],
    index: usize,
    what: &str,
) -> Result<Option<T>, StoreError> {
    let (kind, bytes) = *cells.get(index).ok_or_else(|| corrupt(what))?;
    let kind = tokio_postgres::types::Type::from_oid(kind).filter(|kind| T::accepts(kind));
    match (kind, bytes) {
        (None, _) => Err(corrupt(what)),
        (_, None) => Ok(None),
        (Some(kind), Some(bytes)) => T::from_sql(&kind, bytes).map(Some).map_err(|_| corrupt(what)),
    }
}

/// Whether a column of any type holds a value.
struct Present(bool);

impl<'a> tokio_postgres::types::FromSql<'a> for Present {
    fn from_sql(
        _: &tokio_postgres::types::Type,
        _: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Present(true))
    }

    fn from_sql_null(
        _: &tokio_postgres::types::Type,
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Present(false))
    }

    fn accepts(_: &tokio_postgres::types::Type) -> bool {
        true
    }
}

/// A type that a column can be read as.
pub(crate) trait Column: Sized {
    fn read(row: RowRef<'_>, index: usize) -> Result<Self, StoreError>;
}

impl<T: Column> Column for Option<T> {
    fn read(row: RowRef<'_>, index: usize) -> Result<Self, StoreError> {
        if row.is_null(index)? { Ok(None) } else { T::read(row, index).map(Some) }
    }
}

/// Reads a type out of an integer column.
macro_rules! integer_columns {
    ($($type:ty = $read:expr),* $(,)?) => {
        $(impl Column for $type {
            fn read(row: RowRef<'_>, index: usize) -> Result<Self, StoreError> {
                let read: fn(i64) -> Option<$type> = $read;
                row.integer(index)?.and_then(read).ok_or_else(|| corrupt(stringify!($type)))
            }
        })*
    };
}

/// Reads a type out of a text column.
macro_rules! text_columns {
    ($($type:ty = $read:expr),* $(,)?) => {
        $(impl Column for $type {
            fn read(row: RowRef<'_>, index: usize) -> Result<Self, StoreError> {
                let read: fn(&str) -> Option<$type> = $read;
                row.text(index)?.and_then(read).ok_or_else(|| corrupt(stringify!($type)))
            }
        })*
    };
}

integer_columns! {
    i64 = Some,
    i32 = |number| i32::try_from(number).ok(),
    u8 = |number| u8::try_from(number).ok(),
    u16 = |number| u16::try_from(number).ok(),
    u32 = |number| u32::try_from(number).ok(),
    u64 = |number| Some(number.cast_unsigned()),
    bool = |number| Some(number != 0),
    Day = Day::from_number,
    Month = Month::from_number,
    Rupiah = |number| Some(Rupiah(number)),
    RegionCode = read_region,
}

text_columns! {
    String = |text| Some(text.to_owned()),
    Box<str> = |text| Some(text.into()),
    OccupationKey = |text| Some(OccupationKey(text.into())),
    Sex = |text| match text { "L" => Some(Sex::Male), "P" => Some(Sex::Female), _ => None },
}

impl Column for Vec<u8> {
    fn read(row: RowRef<'_>, index: usize) -> Result<Self, StoreError> {
        row.blob(index)?.map(<[u8]>::to_vec).ok_or_else(|| corrupt("bytes"))
    }
}

impl<const N: usize> Column for [u8; N] {
    fn read(row: RowRef<'_>, index: usize) -> Result<Self, StoreError> {
        row.blob(index)?.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| corrupt("bytes"))
    }
}

impl<K> Column for Id<K> {
    fn read(row: RowRef<'_>, index: usize) -> Result<Self, StoreError> {
        <[u8; 16]>::read(row, index).map(Id::from_bytes)
    }
}

/// A region's level follows from how many digits its code has: 2, 4, 6 or 10.
pub(crate) fn read_region(digits: i64) -> Option<RegionCode> {
    let level = match digits {
        10..=99 => 1,
        1_000..=9_999 => 2,
        100_000..=999_999 => 3,
        1_000_000_000..=9_999_999_999 => 4,
        _ => return None,
    };
    Some(RegionCode::from_digits(digits.unsigned_abs(), level))
}

pub(crate) fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt { what: what.into() }
}
