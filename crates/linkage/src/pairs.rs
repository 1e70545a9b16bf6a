//! From keys to pairs: records that share a key form a block, and a block gives its pairs.
//!
//! A block that would give too many is not compared whole: its members are put in an order in which
//! the likeliest stand together, and each is compared with a few neighbours. Nothing is quadratic.

use crate::keys::{FAMILIES, Keys};

/// Two positions, the left one in the left list (or the smaller one of a single list).
pub type Pair = (u32, u32);

/// Members of a block up to which all its pairs are compared.
pub const BLOCK_MAX: usize = 64;

/// Neighbours that each member of a larger block is compared with.
pub const WINDOW: usize = 12;

/// What is compared with what.
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

impl Lists<'_> {
    fn keys(&self, member: u32) -> &Keys {
        match *self {
            Lists::One(all) => &all[member as usize],
            Lists::Two { left, right } => match (member as usize).checked_sub(left.len()) {
                None => &left[member as usize],
                Some(at) => &right[at],
            },
        }
    }

    fn entries(&self, family: usize) -> Vec<u64> {
        let mut entries = Vec::new();
        let mut add = |keys: &[Keys], from: usize| {
            for (at, keys) in keys.iter().enumerate() {
                for key in keys.0[family] {
                    if key != 0 {
                        entries.push(u64::from(key) << 32 | (from + at) as u64);
                    }
                }
            }
        };
        match *self {
            Lists::One(all) => add(all, 0),
            Lists::Two { left, right } => {
                // Only what the right list asks for is looked at.
                let mut asked: Vec<u32> =
                    right.iter().flat_map(|keys| keys.0[family]).filter(|key| *key != 0).collect();
                asked.sort_unstable();
                asked.dedup();
                let filter = Filter::of(&asked);
                for (at, keys) in left.iter().enumerate() {
                    for key in keys.0[family] {
                        if key != 0 && filter.may_hold(key) {
                            entries.push(u64::from(key) << 32 | at as u64);
                        }
                    }
                }
                let mut add = |keys: &[Keys], from: usize| {
                    for (at, keys) in keys.iter().enumerate() {
                        for key in keys.0[family] {
                            if key != 0 {
                                entries.push(u64::from(key) << 32 | (from + at) as u64);
                            }
                        }
                    }
                };
                add(right, left.len());
            }
        }
        entries.sort_unstable();
        entries
    }

    fn left_len(&self) -> usize {
        match *self {
            Lists::One(_) => usize::MAX,
            Lists::Two { left, .. } => left.len(),
        }
    }
}

/// A set of keys that may say yes to a stranger and never no to a member.
struct Filter {
    bits: Vec<u64>,
    shift: u32,
}

impl Filter {
    fn of(keys: &[u32]) -> Filter {
        let log = (keys.len().max(64) * 16).next_power_of_two().trailing_zeros().min(32);
        let mut bits = vec![0u64; (1usize << log) / 64];
        let shift = 32 - log;
        for key in keys {
            let at = (key >> shift) as usize;
            bits[at / 64] |= 1 << (at % 64);
        }
        Filter { bits, shift }
    }

    fn may_hold(&self, key: u32) -> bool {
        let at = (key >> self.shift) as usize;
        self.bits[at / 64] & (1 << (at % 64)) != 0
    }
}

/// The pairs of one family that no earlier family has, in the order of their keys.
///
/// `near` gives the order within a block too large to be compared whole.
pub fn pairs_of_family(lists: Lists<'_>, family: usize, near: impl Fn(u32) -> u64) -> Vec<Pair> {
    let entries = lists.entries(family);
    let mut pairs = Vec::new();
    let mut members: Vec<u32> = Vec::new();
    for block in entries.chunk_by(|a, b| a >> 32 == b >> 32) {
        if block.len() < 2 {
            continue;
        }
        members.clear();
        members.extend(block.iter().map(|entry| *entry as u32));
        pairs_of_block(lists, family, &mut members, &near, &mut pairs);
    }
    pairs
}

fn pairs_of_block(
    lists: Lists<'_>,
    family: usize,
    members: &mut [u32],
    near: &impl Fn(u32) -> u64,
    pairs: &mut Vec<Pair>,
) {
    let split = lists.left_len() as u64;
    let crosses = |a: u32, b: u32| match lists {
        Lists::One(_) => true,
        Lists::Two { .. } => (u64::from(a) < split) != (u64::from(b) < split),
    };
    let reach = if members.len() <= BLOCK_MAX {
        members.len()
    } else {
        members.sort_by_key(|&member| (near(member), member));
        WINDOW
    };
    for (at, &a) in members.iter().enumerate() {
        for &b in members[at + 1..].iter().take(reach) {
            let (left, right) = (a.min(b), a.max(b));
            if left != right && crosses(left, right) && is_first(lists, family, left, right) {
                let right = match lists {
                    Lists::One(_) => right,
                    Lists::Two { .. } => right - split as u32,
                };
                pairs.push((left, right));
            }
        }
    }
}

/// Whether no earlier family has this pair.
fn is_first(lists: Lists<'_>, family: usize, left: u32, right: u32) -> bool {
    let (left, right) = (lists.keys(left), lists.keys(right));
    !(0..family).any(|earlier| left.meet_in(right, earlier))
}

/// The pairs of all families.
pub fn all_pairs(lists: Lists<'_>, near: impl Fn(u32) -> u64) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for family in 0..FAMILIES {
        pairs.extend(pairs_of_family(lists, family, &near));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
