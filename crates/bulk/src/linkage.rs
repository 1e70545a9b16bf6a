//! The linkage engine over partitions, on every core: the same functions, the same result.

use linkage::engine::{Edge, Prepared, edges};
use linkage::keys::Keys;
use linkage::model::Model;
use linkage::pairs::{Lists, Near, Pair, groups_of_families, pairs_of_families};
use linkage::rarity::{Counts, Rarity};
use linkage::record::Record;
use linkage::standing;
use rayon::prelude::*;

/// Pairs that are compared before another thread may take over.
const PARTITION_PAIRS: usize = 16_384;

/// What is being done, and how much of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many rows were read.
    Read(usize),
    /// Keys are sorted into blocks.
    Block,
    /// So many pairs are compared.
    Compare(usize),
}

/// Records with their keys.
pub fn prepare(records: Vec<Record>) -> Prepared {
    let keys: Vec<Keys> = records.par_iter().map(Keys::of).collect();
    Prepared { records, keys, rare: Vec::new() }
}

/// The likely pairs between two lists, with their standing; of the left one, those are weighed that
/// meet somebody.
pub fn link(
    left: &mut Prepared,
    right: &mut Prepared,
    model: &Model,
    say: &mut dyn FnMut(Step),
) -> Vec<Edge> {
    let mut counts = Counts::new(left.records.len() + right.records.len());
    counts.add(&left.records);
    counts.add(&right.records);
    right.rare = rarities(&right.records, &counts);
    let lists = Lists::Two { left: &left.keys, right: &right.keys };
    let split = left.records.len() as u32;
    let near = |at: u32| if at < split { left.near(at) } else { right.near(at - split) };
    let pairs = pairs(lists, near, say);
    // Of a register of a million few meet somebody on a list: only they are weighed.
    left.rare = vec![Rarity::default(); left.records.len()];
    for met in pairs.chunk_by(|one, next| one.0 == next.0) {
        let at = met[0].0 as usize;
        left.rare[at] = counts.rarity(&left.records[at]);
    }
    let mut edges = compare(left, right, &pairs, model, say);
    standing::weigh(left, right, &mut edges, model);
    edges
}

/// The likely pairs within one list.
pub fn dedupe(all: &mut Prepared, model: &Model, say: &mut dyn FnMut(Step)) -> Vec<Edge> {
    let mut counts = Counts::new(all.records.len());
    counts.add(&all.records);
    all.rare = rarities(&all.records, &counts);
    drop(counts);
    let pairs = pairs(Lists::One(&all.keys), |at| all.near(at), say);
    compare(all, all, &pairs, model, say)
}

fn rarities(records: &[Record], counts: &Counts) -> Vec<Rarity> {
    records.par_iter().map(|record| counts.rarity(record)).collect()
}

fn pairs(
    lists: Lists<'_>,
    near: impl Fn(u32) -> Near + Sync,
    say: &mut dyn FnMut(Step),
) -> Vec<Pair> {
    say(Step::Block);
    let groups: Vec<_> = groups_of_families().collect();
    let pairs = groups.into_par_iter().map(|group| pairs_of_families(lists, group, &near));
    let mut pairs = pairs.collect::<Vec<_>>().concat();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

fn compare(
    left: &Prepared,
    right: &Prepared,
    pairs: &[Pair],
    model: &Model,
    say: &mut dyn FnMut(Step),
) -> Vec<Edge> {
    say(Step::Compare(pairs.len()));
    let partitions =
        pairs.par_chunks(PARTITION_PAIRS).map(|pairs| edges(left, right, pairs, model));
    let partitions: Vec<Vec<Edge>> = partitions.collect();
    partitions.concat()
}
