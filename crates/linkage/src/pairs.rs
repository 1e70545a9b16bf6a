//! From keys to pairs: records that share a key form a block, and a block gives its pairs.
//!
//! A block that would give too many is not compared whole: its members are put in an order in which
//! the likeliest stand together, and each is compared with a few neighbours. Nothing is quadratic.

use std::ops::Range;

use crate::keys::{FAMILIES, Keys};

/// Two positions, the left one in the left list (or the smaller one of a single list).
pub type Pair = (u32, u32);

/// Members of a block up to which all its pairs are compared.
pub const BLOCK_MAX: usize = 64;

/// Neighbours that each member of a larger block is compared with.
pub const WINDOW: usize = 12;

/// What is compared with what. Members are counted through: first the left list, then the right.
#[derive(Clone, Copy)]
pub enum Lists<'a> {
    /// Every record of the left list with those of the right.
    Two {
        /// The larger list.
        left: &'a [Keys],
        /// The other.
        right: &'a [Keys],
    },
    /// The records of one list with each other.
    One(&'a [Keys]),
}

impl<'a> Lists<'a> {
    fn parts(self) -> (&'a [Keys], &'a [Keys]) {
        match self {
            Lists::One(all) => (all, &[]),
            Lists::Two { left, right } => (left, right),
        }
    }

    fn keys(&self, member: u32) -> &'a Keys {
        let (left, right) = self.parts();
        let member = member as usize;
        left.get(member).unwrap_or_else(|| &right[member - left.len()])
    }

    /// Key and member of every record, by family: the one walk over all keys.
    fn entries(self, families: Range<usize>) -> Vec<Vec<u64>> {
        let (left, right) = self.parts();
        let asked = match self {
            Lists::One(_) => None,
            Lists::Two { .. } => {
                Some(families.clone().map(|f| Sieve::of(right, f)).collect::<Vec<_>>())
            }
        };
        let mut entries: Vec<Vec<u64>> = families.clone().map(|_| Vec::new()).collect();
        for (member, keys) in left.iter().chain(right).enumerate() {
            for (at, family) in families.clone().enumerate() {
                for key in keys.0[family] {
                    if key != 0 && asked.as_ref().is_none_or(|asked| asked[at].may_hold(key)) {
                        entries[at].push(u64::from(key) << 32 | member as u64);
                    }
                }
            }
        }
        entries
    }

    /// The pair of two members, if it is one that is asked for.
    fn pair(self, a: u32, b: u32) -> Option<Pair> {
        let (first, second) = (a.min(b), a.max(b));
        match self {
            Lists::One(_) => (first != second).then_some((first, second)),
            Lists::Two { left, .. } => {
                let split = left.len() as u32;
                (first < split && second >= split).then(|| (first, second - split))
            }
        }
    }
}

/// A set of keys that may say yes to a stranger and never no to a member.
struct Sieve {
    bits: Vec<u64>,
    shift: u32,
}

impl Sieve {
    fn empty(keys: usize) -> Sieve {
        let log = (keys.max(64) * 16).next_power_of_two().trailing_zeros().min(32);
        Sieve { bits: vec![0; (1 << log) / 64], shift: 32 - log }
    }

    fn of(list: &[Keys], family: usize) -> Sieve {
        let mut sieve = Sieve::empty(list.len());
        for key in list.iter().flat_map(|keys| keys.0[family]).filter(|key| *key != 0) {
            sieve.insert(key);
        }
        sieve
    }

    /// Drops the entries whose key comes only once.
    fn keep_repeated(entries: &mut Vec<u64>) {
        let (mut once, mut repeated) = (Sieve::empty(entries.len()), Sieve::empty(entries.len()));
        for entry in entries.iter() {
            let key = (entry >> 32) as u32;
            if !once.insert(key) {
                repeated.insert(key);
            }
        }
        entries.retain(|entry| repeated.may_hold((entry >> 32) as u32));
    }

    /// Takes a key in and says whether its place was free.
    fn insert(&mut self, key: u32) -> bool {
        let at = (key >> self.shift) as usize;
        let (word, bit) = (&mut self.bits[at / 64], 1 << (at % 64));
        let free = *word & bit == 0;
        *word |= bit;
        free
    }

    fn may_hold(&self, key: u32) -> bool {
        let at = (key >> self.shift) as usize;
        self.bits[at / 64] & (1 << (at % 64)) != 0
    }
}

/// Families whose keys are walked at once.
pub const FAMILIES_AT_ONCE: usize = 4;

/// The pairs of some families that no earlier family has.
///
/// `near` gives the order within a block too large to be compared whole.
pub fn pairs_of_families(
    lists: Lists<'_>,
    families: Range<usize>,
    near: impl Fn(u32) -> u64,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (family, mut entries) in families.clone().zip(lists.entries(families)) {
        Sieve::keep_repeated(&mut entries);
        entries.sort_unstable();
        pairs_of_family(lists, family, &entries, &near, &mut pairs);
    }
    pairs
}

fn pairs_of_family(
    lists: Lists<'_>,
    family: usize,
    entries: &[u64],
    near: &impl Fn(u32) -> u64,
    pairs: &mut Vec<Pair>,
) {
    let mut members: Vec<u32> = Vec::new();
    for block in entries.chunk_by(|a, b| a >> 32 == b >> 32).filter(|block| block.len() > 1) {
        members.clear();
        members.extend(block.iter().map(|entry| *entry as u32));
        let reach = match members.len() <= BLOCK_MAX {
            true => members.len(),
            false => {
                members.sort_by_key(|&member| (near(member), member));
                WINDOW
            }
        };
        pairs_within(lists, family, &members, reach, pairs);
    }
}

fn pairs_within(
    lists: Lists<'_>,
    family: usize,
    members: &[u32],
    reach: usize,
    pairs: &mut Vec<Pair>,
) {
    for (at, &a) in members.iter().enumerate() {
        for &b in members[at + 1..].iter().take(reach) {
            if let Some(pair) = lists.pair(a, b)
                && lists.keys(a).meet(lists.keys(b)) == Some(family)
            {
                pairs.push(pair);
            }
        }
    }
}

/// The pairs of all families, in order, each once.
pub fn all_pairs(lists: Lists<'_>, near: impl Fn(u32) -> u64) -> Vec<Pair> {
    in_order(groups_of_families().map(|group| pairs_of_families(lists, group, &near)).collect())
}

/// All families, in groups whose keys are walked at once.
pub fn groups_of_families() -> impl Iterator<Item = Range<usize>> {
    (0..FAMILIES).step_by(FAMILIES_AT_ONCE).map(|from| from..from + FAMILIES_AT_ONCE)
}

/// Pairs of several families in the order of their members, each once.
pub fn in_order(families: Vec<Vec<Pair>>) -> Vec<Pair> {
    let mut pairs = families.concat();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(family: usize, key: u32) -> Keys {
        let mut keys = Keys::default();
        keys.0[family] = [key, 0];
        keys
    }

    #[test]
    fn a_block_gives_each_pair_once() {
        let all = [keys(0, 7), keys(0, 7), keys(0, 8), keys(0, 7)];
        assert_eq!(all_pairs(Lists::One(&all), |_| 0), [(0, 1), (0, 3), (1, 3)]);
        let lists = Lists::Two { left: &all[..2], right: &all[2..] };
        assert_eq!(all_pairs(lists, |_| 0), [(0, 1), (1, 1)]);
    }

    #[test]
    fn a_large_block_does_not_explode() {
        let all = vec![keys(3, 9); 5_000];
        let pairs = all_pairs(Lists::One(&all), |_| 0);
        assert!(pairs.len() <= 5_000 * WINDOW, "{}", pairs.len());
        assert!(pairs.iter().all(|(left, right)| left < right));
    }

    #[test]
    fn meeting_twice_is_one_pair() {
        let mut both = keys(0, 7);
        both.0[5] = [11, 12];
        let mut crossed = keys(0, 7);
        crossed.0[5] = [12, 11];
        assert_eq!(all_pairs(Lists::One(&[both, crossed]), |_| 0), [(0, 1)]);
    }
}
