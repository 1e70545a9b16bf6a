//! From records to edges, in the steps of which any part can be run elsewhere.
//!
//! records → [`Keys`] → blocks → pairs → edges → clusters: each step is a function over slices that
//! knows nothing of the others, so that a caller may run it over partitions, on more cores or on
//! other machines. [`link`] and [`dedupe`] run all of it here, on one.

use crate::compare::{Comparison, Levels};
use crate::keys::Keys;
use crate::model::{Millibits, Model};
use crate::pairs::{Lists, Near, Pair, all_pairs};
use crate::rarity::{Counts, Rarity};
use crate::record::Record;
use crate::standing::{self, Standing};

/// Two records and the evidence that they are one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Position in the left list, or the smaller position of a single list.
    pub left: u32,
    /// Position in the right list, or the larger position of a single list.
    pub right: u32,
    /// The evidence, with what the standing weighs.
    pub score: Millibits,
    /// How the pair stands among the others of its rows.
    pub standing: Standing,
}

impl Edge {
    /// A pair by its own evidence.
    pub fn new(left: u32, right: u32, score: Millibits) -> Edge {
        Edge { left, right, score, standing: Standing::Unknown }
    }
}

/// Evidence below which a pair is not worth keeping: one in a hundred.
pub const FLOOR: Millibits = -6_629; // not law: log2(1/99) in thousandths

/// Records with everything that comparing them takes.
#[derive(Default)]
pub struct Prepared {
    /// The records.
    pub records: Vec<Record>,
    /// Their keys.
    pub keys: Vec<Keys>,
    /// How rare their values are.
    pub rare: Vec<Rarity>,
}

impl Prepared {
    /// Records with their keys; rarities follow from [`Prepared::weigh`].
    pub fn of(records: Vec<Record>) -> Prepared {
        let keys = records.iter().map(Keys::of).collect();
        Prepared { records, keys, rare: Vec::new() }
    }

    /// Sets how rare the values are among everything that was counted.
    pub fn weigh(&mut self, counts: &Counts) {
        self.rare = self.records.iter().map(|record| counts.rarity(record)).collect();
    }

    /// The comparison of one record with one of another list.
    pub fn compare(&self, own: u32, other: &Prepared, theirs: u32) -> Levels {
        self.beside(own, other, theirs).levels()
    }

    /// One record beside one of another list.
    pub fn beside<'a>(&'a self, own: u32, other: &'a Prepared, theirs: u32) -> Comparison<'a> {
        let (own, theirs) = (own as usize, theirs as usize);
        Comparison {
            left: &self.records[own],
            right: &other.records[theirs],
            left_rare: &self.rare[own],
            right_rare: &other.rare[theirs],
        }
    }

    /// A little of each piece of memory that a comparison asks for.
    fn fetched(&self, at: u32) -> u64 {
        let (record, rare) = (&self.records[at as usize], &self.rare[at as usize]);
        let [name, mother] = [&record.name, &record.mother].map(|name| name.words[1].number());
        record.nik.digits ^ name ^ mother ^ record.heard ^ u64::from(rare.name)
    }

    /// What a record stands by in a block too large to be compared whole.
    pub fn near(&self, at: u32) -> Near {
        self.records[at as usize].near()
    }
}

/// Compares pairs and keeps those above [`FLOOR`].
pub fn edges(left: &Prepared, right: &Prepared, pairs: &[Pair], model: &Model) -> Vec<Edge> {
    let mut edges = Vec::new();
    for some in pairs.chunks(AHEAD) {
        std::hint::black_box(some.iter().fold(0, |all, (_, r)| all ^ right.fetched(*r)));
        edges.extend(some.iter().filter_map(|&(l, r)| {
            let score = model.score_above(&left.beside(l, right, r), FLOOR)?;
            Some(Edge::new(l, r, score))
        }));
    }
    edges
}

/// Pairs whose right records are asked of the memory at once: of millions of records, the next one
/// lies where nothing was read lately, and many answers take hardly longer than one.
const AHEAD: usize = 32; // not law: speed

/// The likely pairs between two lists.
pub fn link(left: Vec<Record>, right: Vec<Record>, model: &Model) -> Vec<Edge> {
    let (mut left, mut right) = (Prepared::of(left), Prepared::of(right));
    let mut counts = Counts::new(left.records.len() + right.records.len());
    counts.add(&left.records);
    counts.add(&right.records);
    left.weigh(&counts);
    right.weigh(&counts);
    let lists = Lists::Two { left: &left.keys, right: &right.keys };
    let split = left.records.len() as u32;
    let near = |at: u32| if at < split { left.near(at) } else { right.near(at - split) };
    let mut edges = edges(&left, &right, &all_pairs(lists, near), model);
    standing::weigh(&left, &right, &mut edges, model);
    edges
}

/// The likely pairs within one list.
pub fn dedupe(records: Vec<Record>, model: &Model) -> Vec<Edge> {
    let mut all = Prepared::of(records);
    let mut counts = Counts::new(all.records.len());
    counts.add(&all.records);
    all.weigh(&counts);
    let pairs = all_pairs(Lists::One(&all.keys), |at| all.near(at));
    edges(&all, &all, &pairs, model)
}

#[cfg(test)]
mod tests;
