//! Functions of many rows: the pairs of blocks, and the neighbours within a crowded one.
//!
//! Each gathers entries of a few bytes for every group, here or elsewhere, and looks at them once
//! all are there; in which order they came decides nothing.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayBuilder, ArrayRef, AsArray, BooleanArray, Int64Builder, LargeBinaryBuilder,
    ListArray, RecordBatch, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use datafusion::common::ScalarValue;
use datafusion::common::cast::{as_fixed_size_binary_array, as_int64_array};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, ColumnarValue, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use linkage::pairs::{Near, block_max};
use linkage::record::Record;

use super::people::RECORD;
use super::{fit, refused};
use crate::cells::required;
use crate::functions;

/// What is gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    /// `block_pairs(key, at, people)`: the pairs of all blocks of a group; of a crowded one its
    /// members, each with itself and the key.
    BlockPairs,
    /// `neighbours(record, at, people)`: the pairs of one crowded block.
    Neighbours,
}

/// A function of many rows. How many `people` there are in all decides how far blocks narrow.
#[derive(Debug)]
pub struct Gather {
    what: What,
    name: String,
    signature: Signature,
}

impl PartialEq for Gather {
    fn eq(&self, other: &Gather) -> bool {
        self.what == other.what
    }
}

impl Eq for Gather {}

impl Hash for Gather {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.what.hash(state);
    }
}

/// Our functions of many rows.
pub fn all() -> [Gather; 2] {
    let gather = |what, name, takes| Gather {
        what,
        name: functions::name(name),
        signature: Signature::exact(takes, Volatility::Immutable),
    };
    [
        gather(What::BlockPairs, "block_pairs", vec![DataType::Int64; 3]),
        gather(What::Neighbours, "neighbours", vec![RECORD, DataType::Int64, DataType::Int64]),
    ]
}

fn pair_fields() -> Fields {
    Fields::from_iter(["l", "r", "crowd"].map(|name| Field::new(name, DataType::Int64, true)))
}

fn list_of_pairs() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Struct(pair_fields()), true)))
}

impl AggregateUDFImpl for Gather {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(list_of_pairs())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let (what, people) = (self.what, people(&args)?);
        Ok(Box::new(One(Groups { what, people, entries: vec![Vec::new()] })))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let name = format!("{}[entries]", args.name);
        Ok(vec![Arc::new(Field::new(name, DataType::LargeBinary, true))])
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups { what: self.what, people: people(&args)?, entries: Vec::new() }))
    }
}

/// The last word of the call, which is a number in the plan and no column.
fn people(args: &AccumulatorArgs) -> Result<usize> {
    let nothing = RecordBatch::new_empty(Arc::new(Schema::empty()));
    let told = args.exprs.last().map(|word| word.evaluate(&nothing)).transpose()?;
    match told {
        Some(ColumnarValue::Scalar(ScalarValue::Int64(Some(people)))) if people >= 0 => {
            Ok(people as usize)
        }
        _ => Err(refused("the number of people is no number of the plan")),
    }
}

/// The entries of each group, one after the other.
#[derive(Debug)]
struct Groups {
    what: What,
    people: usize,
    entries: Vec<Vec<u8>>,
}

impl Groups {
    /// Adds the entry of every row to the group that `group` says; a row without one is passed
    /// over.
    fn add(
        &mut self,
        values: &[ArrayRef],
        mut group: impl FnMut(usize) -> Option<usize>,
    ) -> Result<()> {
        let at = as_int64_array(&values[1])?;
        match self.what {
            What::BlockPairs => {
                let keys = as_int64_array(&values[0])?;
                for row in (0..at.len()).filter(|row| !keys.is_null(*row)) {
                    let Some(group) = group(row) else { continue };
                    let at = required(at, row, "row")?;
                    let entry = [keys.value(row).to_le_bytes(), at.to_le_bytes()];
                    self.entries[group].extend(entry.as_flattened());
                }
            }
            What::Neighbours => {
                let records = as_fixed_size_binary_array(&values[0])?;
                for row in 0..at.len() {
                    let Some(group) = group(row) else { continue };
                    let entries = &mut self.entries[group];
                    entries.extend(required(at, row, "row")?.to_le_bytes());
                    entries.extend(records.value(row));
                }
            }
        }
        Ok(())
    }

    fn pairs(&self, entries: &[u8], into: &mut Pairs) -> Result<()> {
        match self.what {
            What::BlockPairs => {
                block_pairs(entries, self.people, into);
                Ok(())
            }
            What::Neighbours => neighbours(entries, self.people, into),
        }
    }
}

/// Columns of pairs.
#[derive(Default)]
struct Pairs {
    left: Int64Builder,
    right: Int64Builder,
    crowd: Int64Builder,
}

impl Pairs {
    fn add(&mut self, left: i64, right: i64, crowd: i64) {
        self.left.append_value(left);
        self.right.append_value(right);
        self.crowd.append_value(crowd);
    }

    fn lists(mut self, ends: Vec<usize>) -> Result<ListArray> {
        fit(self.left.len())?;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.left.finish()),
            Arc::new(self.right.finish()),
            Arc::new(self.crowd.finish()),
        ];
        let pairs = StructArray::try_new(pair_fields(), columns, None)?;
        let mut lengths = Vec::with_capacity(ends.len());
        let mut from = 0;
        for end in ends {
            lengths.push(end - from);
            from = end;
        }
        let item = Arc::new(Field::new("item", DataType::Struct(pair_fields()), true));
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(ListArray::try_new(item, offsets, Arc::new(pairs), None)?)
    }
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = i64> + '_ {
    bytes.as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes))
}

/// The pairs of every block in a group of keys.
fn block_pairs(entries: &[u8], people: usize, into: &mut Pairs) {
    let most = block_max(people);
    let halves: Vec<i64> = longs(entries).collect();
    let mut entries: Vec<(i64, i64)> =
        halves.as_chunks::<2>().0.iter().map(|&[k, a]| (k, a)).collect();
    entries.sort_unstable();
    for block in entries.chunk_by(|one, next| one.0 == next.0) {
        if block.len() > most {
            block.iter().for_each(|&(key, at)| into.add(at, at, key));
            continue;
        }
        for (place, &(_, left)) in block.iter().enumerate() {
            block[place + 1..].iter().for_each(|&(_, right)| into.add(left, right, 0));
        }
    }
}

/// Who stands beside whom in a crowded block.
fn neighbours(entries: &[u8], people: usize, into: &mut Pairs) -> Result<()> {
    let mut members: Vec<(i64, Near)> = Vec::new();
    for entry in entries.chunks_exact(8 + linkage::stored::RECORD_BYTES) {
        let (at, record) = entry.split_at(8);
        let record = Record::from_bytes(record).ok_or_else(|| refused("no record"))?;
        members.push((longs(at).next().expect("eight bytes"), record.near()));
    }
    members.sort_unstable_by_key(|(at, _)| *at);
    let near: Vec<Near> = members.iter().map(|(_, near)| *near).collect();
    for (left, right) in linkage::pairs::neighbours(&near, people) {
        into.add(members[left as usize].0, members[right as usize].0, 0);
    }
    Ok(())
}

/// Whether a row is one of those that a filter leaves.
fn counts(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        count: usize,
    ) -> Result<()> {
        self.entries.resize_with(count.max(self.entries.len()), Vec::new);
        self.add(values, |row| counts(filter, row).then(|| groups[row]))
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let taken = emit.take_needed(&mut self.entries);
        let (mut pairs, mut ends) = (Pairs::default(), Vec::with_capacity(taken.len()));
        for entries in taken {
            self.pairs(&entries, &mut pairs)?;
            ends.push(pairs.left.len());
        }
        Ok(Arc::new(pairs.lists(ends)?))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let taken = emit.take_needed(&mut self.entries);
        let mut blobs = LargeBinaryBuilder::new();
        taken.iter().for_each(|entries| blobs.append_value(entries));
        Ok(vec![Arc::new(blobs.finish())])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        self.entries.resize_with(count.max(self.entries.len()), Vec::new);
        let blobs = values[0].as_binary::<i64>();
        for (row, group) in groups.iter().enumerate().filter(|(row, _)| blobs.is_valid(*row)) {
            self.entries[*group].extend_from_slice(blobs.value(row));
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values[1].len();
        let mut each = Groups { entries: vec![Vec::new(); rows], ..*self };
        each.add(values, |row| counts(filter, row).then_some(row))?;
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.entries.iter().map(Vec::capacity).sum()
    }
}

/// One group, where nothing is grouped by.
#[derive(Debug)]
struct One(Groups);

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.add(values, |_| Some(0))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut pairs = Pairs::default();
        self.0.pairs(&self.0.entries[0], &mut pairs)?;
        let end = pairs.left.len();
        Ok(ScalarValue::List(Arc::new(pairs.lists(vec![end])?)))
    }

    fn size(&self) -> usize {
        GroupsAccumulator::size(&self.0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::LargeBinary(Some(std::mem::take(&mut self.0.entries[0])))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let blobs = states[0].as_binary::<i64>();
        for blob in blobs.iter().flatten() {
            self.0.entries[0].extend_from_slice(blob);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::datatypes::Int64Type;
    use linkage::pairs::{BLOCK_MAX, ROWS, WINDOW};
    use linkage::record::Cells;

    fn bytes(entries: &[(i64, i64)]) -> Vec<u8> {
        entries
            .iter()
            .flat_map(|(key, at)| [key.to_le_bytes(), at.to_le_bytes()])
            .flatten()
            .collect()
    }

    fn pairs_of(entries: &[(i64, i64)]) -> Vec<(i64, i64, i64)> {
        pairs_among(entries, entries.len())
    }

    fn pairs_among(entries: &[(i64, i64)], people: usize) -> Vec<(i64, i64, i64)> {
        let mut pairs = Pairs::default();
        block_pairs(&bytes(entries), people, &mut pairs);
        let end = pairs.left.len();
        let lists = pairs.lists(vec![end]).expect("columns of one table");
        let pairs = lists.value(0);
        let column = |at: usize| pairs.as_struct().column(at).as_primitive::<Int64Type>().clone();
        let (left, right, crowd) = (column(0), column(1), column(2));
        (0..end).map(|at| (left.value(at), right.value(at), crowd.value(at))).collect()
    }

    #[test]
    fn a_block_gives_its_pairs_in_the_order_of_places() {
        let entries = [(7, 30), (8, 10), (7, 10), (7, 20)];
        assert_eq!(pairs_of(&entries), [(10, 20, 0), (10, 30, 0), (20, 30, 0)]);
    }

    #[test]
    fn a_crowd_gives_its_members() {
        let entries: Vec<(i64, i64)> = (0..=BLOCK_MAX as i64).map(|at| (9, at)).collect();
        let pairs = pairs_of(&entries);
        assert_eq!(pairs.len(), BLOCK_MAX + 1);
        assert!(pairs.iter().all(|(left, right, crowd)| left == right && *crowd == 9));
        // One fewer is compared whole: 64 × 63 / 2.
        assert_eq!(pairs_of(&entries[1..]).len(), 2016);
    }

    #[test]
    fn blocks_narrow_by_all_people_as_those_of_the_engine_in_memory() {
        // Among ten million twelve are compared whole, and each of more with two others.
        let entries: Vec<(i64, i64)> = (0..13).map(|at| (9, at)).collect();
        assert_eq!(pairs_among(&entries[1..], 5 * ROWS).len(), 66);
        assert!(pairs_among(&entries, 5 * ROWS).iter().all(|(.., crowd)| *crowd == 9));
        let record = |name: &str| Record::read(&Cells { name, ..Cells::default() });
        let crowd: Vec<Record> =
            (0..60).map(|at| record(&format!("Siti {}", "a".repeat(at % 9 + 1)))).collect();
        let mut entries = Vec::new();
        for (at, record) in (0i64..).zip(&crowd) {
            entries.extend(at.to_le_bytes());
            record.write_bytes(&mut entries);
        }
        let beside = |people| {
            let mut pairs = Pairs::default();
            neighbours(&entries, people, &mut pairs).expect("records");
            pairs.left.len()
        };
        assert!(beside(5 * ROWS) <= 60 * 2 * 2 && beside(60) > 60 * WINDOW / 2);
    }

    #[test]
    fn a_place_that_is_null_is_refused() {
        let values: [ArrayRef; 2] = [1, 2].map(|from| -> ArrayRef {
            let places = [Some(from), if from == 1 { Some(1) } else { None }, Some(3)];
            Arc::new(datafusion::arrow::array::Int64Array::from(places.to_vec()))
        });
        let mut groups = Groups { what: What::BlockPairs, people: 3, entries: Vec::new() };
        assert!(groups.update_batch(&values, &[0; 3], None, 1).is_err());
    }

    #[test]
    fn gathering_in_parts_is_gathering() {
        let all: Vec<(i64, i64)> = (0..40).map(|at| (at % 3, at)).collect();
        let column = |of: fn(&(i64, i64)) -> i64, from: &[(i64, i64)]| -> ArrayRef {
            Arc::new(datafusion::arrow::array::Int64Array::from_iter_values(from.iter().map(of)))
        };
        let gather = |from: &[(i64, i64)]| {
            let mut groups = Groups { what: What::BlockPairs, people: 40, entries: Vec::new() };
            let values = [column(|e| e.0, from), column(|e| e.1, from)];
            groups.update_batch(&values, &vec![0; from.len()], None, 1).expect("numbers");
            groups
        };
        let whole = gather(&all).evaluate(EmitTo::All).expect("pairs");
        let mut merged = Groups { what: What::BlockPairs, people: 40, entries: Vec::new() };
        for part in [&all[25..], &all[..25]] {
            let state = gather(part).state(EmitTo::All).expect("a state");
            merged.merge_batch(&state, &[0], 1).expect("a state");
        }
        assert_eq!(&merged.evaluate(EmitTo::All).expect("pairs"), &whole);
    }
}
