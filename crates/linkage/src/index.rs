//! A register's records kept at hand, so that one record, or a sheet of them, is looked up without
//! going through the rest.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use crate::compare::Comparison;
use crate::engine::FLOOR;
use crate::keys::{FAMILIES, Keys, mixed};
use crate::model::{Millibits, Model};
use crate::pairs::BLOCK_MAX;
use crate::rarity::{Counts, Rarity};
use crate::record::Record;

/// Records by their blocking keys.
///
/// A record keeps its number from [`Index::insert`] until [`Index::remove`]; numbers are given
/// again.
pub struct Index {
    records: Vec<Option<(Record, Keys)>>,
    free: Vec<u32>,
    /// Members of each family and key, in the order in which they came.
    blocks: HashMap<u64, Block, BuildHasherDefault<Mixed>>,
    counts: Counts,
}

/// The members of a block; most have one.
#[expect(clippy::box_collection, reason = "a block is kept to 16 bytes: there are millions")]
enum Block {
    One([u32; 1]),
    Many(Box<Vec<u32>>),
}

impl Block {
    fn members(&self) -> &[u32] {
        match self {
            Block::One(one) => one,
            Block::Many(many) => many,
        }
    }

    fn push(&mut self, at: u32) {
        match self {
            Block::One([one]) => *self = Block::Many(Box::new(vec![*one, at])),
            Block::Many(many) => many.push(at),
        }
    }

    /// Takes a member out and says whether nobody is left.
    fn remove(&mut self, at: u32) -> bool {
        match self {
            Block::One([one]) => *one == at,
            Block::Many(many) => {
                many.retain(|member| *member != at);
                many.is_empty()
            }
        }
    }
}

/// A hash of numbers that are mixed already.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = mixed(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

impl Index {
    /// An index of nobody, with room for the counts of so many.
    pub fn new(people: usize) -> Index {
        Index {
            records: Vec::with_capacity(people),
            free: Vec::new(),
            blocks: HashMap::default(),
            counts: Counts::new(people),
        }
    }

    /// Takes a record in and says under which number.
    pub fn insert(&mut self, record: Record) -> u32 {
        let keys = Keys::of(&record);
        let at = self.free.pop().unwrap_or(self.records.len() as u32);
        if at as usize == self.records.len() {
            self.records.push(None);
        }
        for place in places(&keys) {
            match self.blocks.entry(place) {
                Entry::Occupied(mut block) => block.get_mut().push(at),
                Entry::Vacant(place) => {
                    place.insert(Block::One([at]));
                }
            }
        }
        self.counts.add(&[record]);
        self.records[at as usize] = Some((record, keys));
        at
    }

    /// Lets a record go; an unknown number is no change.
    pub fn remove(&mut self, at: u32) {
        let Some((record, keys)) = self.records.get_mut(at as usize).and_then(Option::take) else {
            return;
        };
        for place in places(&keys) {
            if self.blocks.get_mut(&place).is_some_and(|block| block.remove(at)) {
                self.blocks.remove(&place);
            }
        }
        self.counts.take_away(&record);
        self.free.push(at);
    }

    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.records.len() - self.free.len()
    }

    /// Whether it holds nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Who may be this person, the likeliest first.
    pub fn find(&self, record: &Record, model: &Model) -> Vec<(u32, Millibits)> {
        let keys = Keys::of(record);
        let rare = self.counts.rarity(record);
        let mut found: Vec<(u32, Millibits)> = self
            .candidates(&keys)
            .into_iter()
            .filter_map(|at| Some((at, self.score(at, record, &rare, model)?)))
            .collect();
        found.sort_by_key(|(at, score)| (std::cmp::Reverse(*score), *at));
        found
    }

    fn score(
        &self,
        at: u32,
        right: &Record,
        right_rare: &Rarity,
        model: &Model,
    ) -> Option<Millibits> {
        let (left, _) = self.records[at as usize].as_ref()?;
        let left_rare = &self.counts.rarity(left);
        model.score_above(&Comparison { left, right, left_rare, right_rare }, FLOOR)
    }

    /// Everybody who shares a key; of a key that very many share, the nearest few.
    fn candidates(&self, keys: &Keys) -> Vec<u32> {
        let mut candidates: Vec<u32> = Vec::new();
        for place in places(keys) {
            let members = self.blocks.get(&place).map_or(&[][..], Block::members);
            match members.len() <= BLOCK_MAX {
                true => candidates.extend(members),
                // Whoever meets in a crowd only is met again under a rarer key or not at all.
                false => {
                    candidates.extend(members.iter().filter(|&&at| self.meets_again(at, keys)))
                }
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    fn meets_again(&self, at: u32, keys: &Keys) -> bool {
        let Some((_, own)) = &self.records[at as usize] else { return false };
        (0..FAMILIES).filter(|family| own.meet_in(keys, *family)).count() > 1
    }
}

/// Where the keys of a record stand among the blocks of all families.
fn places(keys: &Keys) -> impl Iterator<Item = u64> + '_ {
    keys.0.iter().enumerate().flat_map(|(family, keys)| {
        keys.iter()
            .filter(|key| **key != 0)
            .map(move |key| mixed((family as u64) << 32 | u64::from(*key)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Cells;

    fn record(nik: &str, name: &str, birth_date: &str) -> Record {
        let village = "Invented";
        Record::read(&Cells { nik, name, birth_date, village, ..Cells::default() })
    }

    #[test]
    fn a_record_is_found_until_it_is_gone() {
        let model = Model::shipped();
        let mut index = Index::new(10);
        let own = index.insert(record("6401010507920002", "Muhammad Latif", "1992-07-05"));
        index.insert(record("6401014910550003", "Siti Rahmah", "1955-10-09"));
        let asked = record("6401010507920002", "M. Latif", "5/7/1992");
        let found = index.find(&asked, model);
        assert_eq!(found.first().map(|(at, _)| *at), Some(own));
        assert!(found[0].1 > 6_630, "{found:?}");
        index.remove(own);
        index.remove(own);
        assert!(index.find(&asked, model).is_empty());
        assert_eq!((index.len(), index.insert(asked)), (1, own));
    }
}
