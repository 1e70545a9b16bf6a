//! Linkage over columns: rows made comparable, the places of their values, their keys, evidence.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use datafusion::arrow::array::{
    ArrayRef, FixedSizeBinaryArray, FixedSizeBinaryBuilder, Int64Builder, ListBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::cast::as_fixed_size_binary_array;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;
use linkage::engine::{Prepared, edges};
use linkage::keys::Keys;
use linkage::model::Model;
use linkage::pairs::Pair;
use linkage::rarity::Counts;
use linkage::record::{Cells, Record};
use linkage::stored::RECORD_BYTES;

use super::{kernel, refused};
use crate::cells::{cell, numbers, required, texts};

/// The type of a record in a column.
pub const RECORD: DataType = DataType::FixedSizeBinary(RECORD_BYTES as i32);

/// A list of whole numbers in a column.
pub fn list_of_numbers() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Int64, true)))
}

/// `normalise(thirteen cells)`: a row made comparable.
pub fn normalise() -> ScalarUDF {
    kernel("normalise", vec![DataType::Utf8View; 13], RECORD, |columns, rows| {
        let columns = columns.iter().map(texts).collect::<Result<Vec<_>>>()?;
        let mut made = FixedSizeBinaryBuilder::with_capacity(rows, RECORD_BYTES as i32);
        let mut bytes = Vec::with_capacity(RECORD_BYTES);
        for row in 0..rows {
            bytes.clear();
            let text = |column: usize| cell(&columns[column], row);
            read(text).write_bytes(&mut bytes);
            made.append_value(&bytes)?;
        }
        Ok(Arc::new(made.finish()))
    })
}

/// The record of a row by its cells, in the order of [`crate::layout::CELLS`].
pub fn read<'a>(text: impl Fn(usize) -> &'a str) -> Record {
    Record::read(&Cells::by_place(text))
}

fn record(column: &FixedSizeBinaryArray, row: usize) -> Result<Record> {
    Record::from_bytes(column.value(row)).ok_or_else(|| refused("bytes that are no record"))
}

/// `value_places(record, people)`: where the values of a row are counted, among so many people.
pub fn value_places() -> ScalarUDF {
    let takes = vec![RECORD, DataType::Int64];
    kernel("value_places", takes, list_of_numbers(), |columns, rows| {
        let records = as_fixed_size_binary_array(&columns[0])?;
        let people = numbers(&columns[1])?;
        let mut lists = ListBuilder::new(Int64Builder::with_capacity(rows * 10));
        // The tables are asked for places only: no page of them is ever touched.
        let mut tables: Option<(i64, Counts)> = None;
        for row in 0..rows {
            let people = required(&people, row, "people")?;
            if tables.as_ref().is_none_or(|(of, _)| *of != people) {
                tables = Some((people, Counts::new(people as usize)));
            }
            let (_, counts) = tables.as_ref().expect("the line above sets it");
            counts.places(&record(records, row)?, |place| {
                lists.values().append_value(place as i64);
            });
            lists.append(true);
        }
        Ok(Arc::new(lists.finish()))
    })
}

/// `block_keys(record)`: the keys under which a row is compared, the family in the upper half.
pub fn block_keys() -> ScalarUDF {
    kernel("block_keys", vec![RECORD], list_of_numbers(), |columns, rows| {
        let records = as_fixed_size_binary_array(&columns[0])?;
        let mut lists = ListBuilder::new(Int64Builder::with_capacity(rows * 16));
        for row in 0..rows {
            let keys = Keys::of(&record(records, row)?);
            for (family, keys) in (0i64..).zip(keys.0) {
                for key in keys.into_iter().filter(|key| *key != 0) {
                    lists.values().append_value(family << 32 | i64::from(key));
                }
            }
            lists.append(true);
        }
        Ok(Arc::new(lists.finish()))
    })
}

/// `score(left, right, counts)`: the evidence that two rows are one person, in thousandths of a
/// bit; nothing below [`linkage::engine::FLOOR`]. `counts` is the file of what was counted.
pub fn score() -> ScalarUDF {
    let takes = vec![RECORD, RECORD, DataType::Utf8View];
    kernel("score", takes, DataType::Int64, |columns, rows| {
        if rows == 0 {
            return Ok(Arc::new(Int64Builder::new().finish()));
        }
        let paths = texts(&columns[2])?;
        let counts = counted(cell(&paths, 0))?;
        let side = |column: &ArrayRef| -> Result<Prepared> {
            let column = as_fixed_size_binary_array(column)?;
            let records = (0..rows).map(|row| record(column, row)).collect::<Result<Vec<_>>>()?;
            let mut side = Prepared { records, ..Prepared::default() };
            side.weigh(&counts);
            Ok(side)
        };
        let (left, right) = (side(&columns[0])?, side(&columns[1])?);
        let pairs: Vec<Pair> = (0..rows as u32).map(|row| (row, row)).collect();
        let mut scores = vec![None; rows];
        for edge in edges(&left, &right, &pairs, Model::shipped()) {
            scores[edge.left as usize] = Some(i64::from(edge.score));
        }
        Ok(Arc::new(datafusion::arrow::array::Int64Array::from(scores)))
    })
}

/// What was counted, by the file it is kept in; a file's name says what is in it.
fn counted(path: &str) -> Result<Arc<Counts>> {
    static KEPT: LazyLock<Mutex<HashMap<String, Arc<Counts>>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().expect("nobody panics with it in hand");
    if let Some(counts) = kept.get(path) {
        return Ok(Arc::clone(counts));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        refused(format!(
            "the counts of this job cannot be read here ({error}): the folder of outputs must be \
             one that all machines see"
        ))
    })?;
    let counts = Counts::from_bytes(&bytes).ok_or_else(|| refused("the counts are cut off"))?;
    // One job at a time: the tables of another are let go.
    kept.clear();
    Ok(Arc::clone(kept.entry(path.to_owned()).or_insert(Arc::new(counts))))
}
