//! A row as bytes: each column a tag and, when there is a value, its bytes.
//!
//! 0 nothing · 1 an integer of 8 bytes · 2 a text · 3 bytes; lengths are 4 bytes; big end first.

use std::borrow::Cow;

use crate::error::StoreError;
use crate::value::Value;

use super::{Kind, Table};

const NOTHING: u8 = 0;
const INTEGER: u8 = 1;
const TEXT: u8 = 2;
const BLOB: u8 = 3;

pub(super) fn push_integer(row: &mut Vec<u8>, value: Option<i64>) {
    match value {
        None => row.push(NOTHING),
        Some(number) => {
            row.push(INTEGER);
            row.extend_from_slice(&number.to_be_bytes());
        }
    }
}

pub(super) fn push_text(row: &mut Vec<u8>, value: Option<&str>) {
    push_bytes(row, TEXT, value.map(str::as_bytes));
}

pub(super) fn push_blob(row: &mut Vec<u8>, value: Option<&[u8]>) {
    push_bytes(row, BLOB, value);
}

fn push_bytes(row: &mut Vec<u8>, tag: u8, value: Option<&[u8]>) {
    let Some(bytes) = value else {
        row.push(NOTHING);
        return;
    };
    let length = u32::try_from(bytes.len()).expect("a cell is smaller than 4 GiB");
    row.push(tag);
    row.extend_from_slice(&length.to_be_bytes());
    row.extend_from_slice(bytes);
}

/// The values of a row, in the order of the table's columns.
pub(super) fn decode<'r>(row: &'r [u8], table: &Table) -> Result<Vec<Value<'r>>, StoreError> {
    let wrong = || StoreError::Corrupt { what: format!("a row of {}", table.name).into() };
    let mut rest = row;
    let mut values = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let (tag, after) = rest.split_first().ok_or_else(wrong)?;
        rest = after;
        values.push(match (*tag, column.kind) {
            (NOTHING, _) => Value::Null,
            (INTEGER, Kind::Integer) => {
                let (number, after) = rest.split_first_chunk::<8>().ok_or_else(wrong)?;
                rest = after;
                Value::Integer(i64::from_be_bytes(*number))
            }
            (TEXT, Kind::Text) => {
                let text = std::str::from_utf8(take(&mut rest).ok_or_else(wrong)?);
                Value::Text(Cow::Borrowed(text.map_err(|_| wrong())?))
            }
            (BLOB, Kind::Blob) => Value::from(take(&mut rest).ok_or_else(wrong)?),
            _ => return Err(wrong()),
        });
    }
    match rest {
        [] => Ok(values),
        _ => Err(wrong()),
    }
}

/// The integer in the column of this name.
pub(super) fn integer(row: &[Value<'_>], table: &Table, name: &str) -> Option<i64> {
    let at = table.columns.iter().position(|column| column.name == name)?;
    match row.get(at) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}

fn take<'r>(rest: &mut &'r [u8]) -> Option<&'r [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (bytes, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(bytes)
}
