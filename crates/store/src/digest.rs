//! The digest of a table as a set of rows: LtHash16 over BLAKE3, so that a row more or less is an
//! addition or a subtraction, in whatever order rows come.
//!
//! A row is written as its table's name and its columns that hold something, by name: the same on
//! both engines, and the same before and after a column is added that nobody has filled.
//! (Bellare and Micciancio 1997; Lewi, Kim, Maykov and Weis, "Securing update propagation with
//! homomorphic hashing", 2019.)

use std::fmt;

use crate::error::StoreError;
use crate::value::{Cell, Columns, Value, corrupt};

/// Numbers of 16 bits in a digest: at this many, finding two sets of one digest is out of reach.
const LANES: usize = 1024;

/// Bytes of a digest as it is kept.
pub(crate) const DIGEST_BYTES: usize = LANES * 2;

/// The digest of a set of rows.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SetDigest {
    lanes: Box<[u16; LANES]>,
}

/// How the rows of a table are written as bytes, whatever order its columns come in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RowShape {
    /// What every row begins with.
    table: Box<[u8]>,
    /// Where each column stands in the row, and what its bytes begin with, by name.
    columns: Vec<(usize, Box<[u8]>)>,
}

impl fmt::Debug for SetDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SetDigest({:04x}…)", self.lanes[0])
    }
}

impl SetDigest {
    /// The digest of no rows.
    pub(crate) fn empty() -> SetDigest {
        SetDigest { lanes: Box::new([0; LANES]) }
    }

    /// Whether it is the digest of no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.lanes.iter().all(|lane| *lane == 0)
    }

    /// A row more.
    pub(crate) fn add(&mut self, row: &[u8]) {
        for (lane, number) in self.lanes.iter_mut().zip(numbers(&expanded(row))) {
            *lane = lane.wrapping_add(number);
        }
    }

    /// A row less.
    pub(crate) fn remove(&mut self, row: &[u8]) {
        for (lane, number) in self.lanes.iter_mut().zip(numbers(&expanded(row))) {
            *lane = lane.wrapping_sub(number);
        }
    }

    /// The rows of another set as well.
    pub(crate) fn join(&mut self, other: &SetDigest) {
        for (lane, number) in self.lanes.iter_mut().zip(other.lanes.iter()) {
            *lane = lane.wrapping_add(*number);
        }
    }

    /// Without the rows of another set.
    pub(crate) fn leave(&mut self, other: &SetDigest) {
        for (lane, number) in self.lanes.iter_mut().zip(other.lanes.iter()) {
            *lane = lane.wrapping_sub(*number);
        }
    }

    /// The bytes that are kept.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.lanes.iter().flat_map(|lane| lane.to_le_bytes()).collect()
    }

    /// Reads the bytes back.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<SetDigest, StoreError> {
        let bytes: &[u8; DIGEST_BYTES] = bytes.try_into().map_err(|_| corrupt("a digest"))?;
        let mut digest = SetDigest::empty();
        for (lane, number) in digest.lanes.iter_mut().zip(numbers(bytes)) {
            *lane = number;
        }
        Ok(digest)
    }
}

fn expanded(row: &[u8]) -> [u8; DIGEST_BYTES] {
    let mut bytes = [0; DIGEST_BYTES];
    blake3::Hasher::new().update(row).finalize_xof().fill(&mut bytes);
    bytes
}

fn numbers(bytes: &[u8; DIGEST_BYTES]) -> impl Iterator<Item = u16> + '_ {
    bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair))
}

impl RowShape {
    /// For rows of a table whose columns come in this order.
    pub(crate) fn new<'n>(table: &str, columns: impl Iterator<Item = &'n str>) -> RowShape {
        let mut columns: Vec<(usize, &str)> = columns.enumerate().collect();
        columns.sort_unstable_by_key(|(_, name)| *name);
        let named = |name: &str| {
            let length = u8::try_from(name.len()).expect("names are short");
            [&[length], name.as_bytes()].concat().into_boxed_slice()
        };
        RowShape {
            table: named(table),
            columns: columns.into_iter().map(|(at, name)| (at, named(name))).collect(),
        }
    }

    /// Writes a row of an answer.
    pub(crate) fn read(&self, row: &Columns<'_>, out: &mut Vec<u8>) -> Result<(), StoreError> {
        out.clear();
        out.extend_from_slice(&self.table);
        for (at, name) in &self.columns {
            put(out, name, row.cell(*at)?);
        }
        Ok(())
    }

    /// Writes a row made of values.
    pub(crate) fn write(&self, values: &[Value<'_>], out: &mut Vec<u8>) {
        assert_eq!(values.len(), self.columns.len(), "a value for every column");
        out.clear();
        out.extend_from_slice(&self.table);
        for (at, name) in &self.columns {
            let cell = match &values[*at] {
                Value::Null => Cell::Null,
                Value::Integer(number) => Cell::Integer(*number),
                Value::Text(text) => Cell::Text(text.as_bytes()),
                Value::Blob(bytes) => Cell::Blob(bytes),
            };
            put(out, name, cell);
        }
    }
}

fn put(buffer: &mut Vec<u8>, name: &[u8], cell: Cell<'_>) {
    let (sort, bytes) = match cell {
        Cell::Null => return,
        Cell::Integer(number) => {
            buffer.extend_from_slice(name);
            buffer.push(b'i');
            buffer.extend_from_slice(&number.to_le_bytes());
            return;
        }
        Cell::Text(bytes) => (b't', bytes),
        Cell::Blob(bytes) => (b'b', bytes),
    };
    buffer.extend_from_slice(name);
    buffer.push(sort);
    buffer.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    buffer.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::values;

    fn row(columns: &[&str], values: &[Value<'_>]) -> Vec<u8> {
        let mut out = Vec::new();
        RowShape::new("org", columns.iter().copied()).write(values, &mut out);
        out
    }

    #[test]
    fn rows_read_the_same_in_any_order_of_columns_and_without_the_empty_ones() {
        let one = row(&["tenant", "code"], &values![6401_i64, "a"]);
        assert_eq!(one, row(&["code", "tenant"], &values!["a", 6401_i64]));
        let more = row(&["tenant", "later", "code"], &[6401_i64.into(), Value::Null, "a".into()]);
        assert_eq!(one, more);
        // One byte for the name's length, the name, the sort, the length of a text, the text.
        let expect =
            [b"\x03org\x04codet\x01\0\0\0\0\0\0\0a".as_slice(), b"\x06tenanti\x01\x19\0\0\0\0\0\0"];
        assert_eq!(one, expect.concat());
    }

    #[test]
    fn different_rows_read_differently() {
        let rows = [
            row(&["a", "b"], &values!["x", "y"]),
            row(&["a", "b"], &values!["xy", ""]),
            row(&["a", "b"], &[Value::Null, "y".into()]),
            row(&["a", "b"], &values![b"x", "y"]),
            row(&["a", "b"], &values![120_i64, "y"]),
            row(&["a", "c"], &values!["x", "y"]),
        ];
        for (at, one) in rows.iter().enumerate() {
            assert!(rows[at + 1..].iter().all(|other| other != one), "{at}");
        }
    }

    #[test]
    fn a_set_is_the_same_in_any_order_and_forgets_what_is_taken_away() {
        let (mut one, mut other) = (SetDigest::empty(), SetDigest::empty());
        for row in [b"a", b"b", b"c"] {
            one.add(row);
        }
        for row in [b"c", b"a", b"x", b"b"] {
            other.add(row);
        }
        assert_ne!(one, other);
        other.remove(b"x");
        assert_eq!(one, other);
        assert_eq!(SetDigest::from_bytes(&one.to_bytes()), Ok(one.clone()));
        // The same row twice is not the row once, nor none.
        let mut twice = one.clone();
        twice.add(b"a");
        assert_ne!(twice, one);
        for row in [b"a", b"b", b"c"] {
            one.remove(row);
        }
        assert!(one.is_empty());
    }
}
