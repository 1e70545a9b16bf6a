//! From keys to pairs: records that share a key form a block, and a block gives its pairs.
//!
//! A block that would give too many is not compared whole: its members are put in order by what
//! their records hold, and each is compared with a few neighbours; and its key counts as no
//! meeting, so that the rest of its pairs are taken under rarer keys. Nothing is quadratic.

mod sieve;

use std::ops::Range;

use crate::keys::{FAMILIES, Keys};
use sieve::Sieve;

/// Two positions, the left one in the left list (or the smaller one of a single list).
pub type Pair = (u32, u32);

/// Members of a block of one list up to which all its pairs are compared.
pub const BLOCK_MAX: usize = 64;

/// Neighbours that each member of a larger block is compared with, in each order.
pub const WINDOW: usize = 12;

/// Records up to which [`BLOCK_MAX`] and [`WINDOW`] hold. Among more, strangers share a key the
/// more often the more they are, so that both shrink as lists grow, down to the least that is told.
pub const ROWS: usize = 2_000_000; // not law: see docs/bench/linkage.md

fn narrowed(most: usize, least: usize, rows: usize) -> usize {
    (most * ROWS / rows.max(ROWS)).max(least)
}

/// Members of a block of a list of so many rows up to which all its pairs are compared.
pub fn block_max(rows: usize) -> usize {
    narrowed(BLOCK_MAX, 8, rows) // not law: whoever stands there twice or three times
}

/// Neighbours that each member of a larger block is compared with, among so many rows.
pub fn window(rows: usize) -> usize {
    narrowed(WINDOW, 2, rows)
}

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

    /// Members of the left list and of the right; of a single list, all are left.
    fn sides(self, members: &[u32]) -> (&[u32], &[u32]) {
        match self {
            Lists::One(_) => (members, &[]),
            Lists::Two { left, .. } => {
                members.split_at(members.partition_point(|at| *at < left.len() as u32))
            }
        }
    }

    fn rows(self) -> usize {
        let (left, right) = self.parts();
        left.len() + right.len()
    }

    /// Whether the entries of one key would give more pairs than are compared.
    fn is_crowd(self, block: &[u64]) -> bool {
        let all = block.len();
        let pairs = match self {
            Lists::One(_) => all * (all - 1) / 2,
            Lists::Two { left, .. } => {
                let split = block.partition_point(|entry| (*entry as u32) < left.len() as u32);
                split * (all - split)
            }
        };
        let most = block_max(self.rows());
        pairs > most * (most - 1) / 2
    }

    /// Goes through all keys once: the place of the family, key and member of each that counts.
    fn walk(self, families: Range<usize>, mut each: impl FnMut(usize, u32, u32)) {
        let (left, right) = self.parts();
        let asked = match self {
            Lists::One(_) => None,
            Lists::Two { .. } => {
                Some(families.clone().map(|f| Sieve::of(right, f)).collect::<Vec<_>>())
            }
        };
        for (member, keys) in left.iter().chain(right).enumerate() {
            for (at, family) in families.clone().enumerate() {
                for key in keys.0[family] {
                    if key != 0 && asked.as_ref().is_none_or(|asked| asked[at].may_hold(key)) {
                        each(at, key, member as u32);
                    }
                }
            }
        }
    }

    /// Key and member of every record, by family.
    fn entries(self, families: Range<usize>) -> Vec<Vec<u64>> {
        let mut entries: Vec<Vec<u64>> = families.clone().map(|_| Vec::new()).collect();
        self.walk(families, |at, key, member| {
            entries[at].push(u64::from(key) << 32 | u64::from(member));
        });
        entries
    }

    /// Key and member where so many may share the key that the block may be crowded.
    fn frequent(self, families: Range<usize>) -> Vec<Vec<u64>> {
        let most = block_max(self.rows());
        // A place is shared by several keys now and then: none is counted too low.
        let log = (self.rows().max(64) * 4).next_power_of_two().trailing_zeros();
        let place = |key: u32| (key >> (32 - log.min(32))) as usize;
        let mut counters: Vec<Vec<u8>> =
            families.clone().map(|_| vec![0; 1 << log.min(32)]).collect();
        self.walk(families.clone(), |at, key, _| {
            let counter = &mut counters[at][place(key)];
            *counter = counter.saturating_add(1);
        });
        let mut entries: Vec<Vec<u64>> = families.clone().map(|_| Vec::new()).collect();
        self.walk(families, |at, key, member| {
            if usize::from(counters[at][place(key)]) > most {
                entries[at].push(u64::from(key) << 32 | u64::from(member));
            }
        });
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

/// The keys that are too common for everybody who shares one to be compared, by family.
///
/// Who meets under such a key is compared with a few neighbours only, so it is no meeting: under a
/// rarer key the two are compared all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crowded {
    /// By family, in order.
    keys: [Vec<u32>; FAMILIES],
}

impl Crowded {
    /// The crowded keys of all families.
    pub fn of(lists: Lists<'_>) -> Crowded {
        groups_of_families().fold(Crowded::default(), |mut all, group| {
            all.merge(Crowded::of_families(lists, group));
            all
        })
    }

    /// The crowded keys of some families.
    pub fn of_families(lists: Lists<'_>, families: Range<usize>) -> Crowded {
        let mut crowded = Crowded::default();
        for (family, mut entries) in families.clone().zip(lists.frequent(families)) {
            entries.sort_unstable();
            for block in blocks(&entries).filter(|block| lists.is_crowd(block)) {
                crowded.keys[family].push(key_of(block[0]));
            }
        }
        crowded
    }

    /// Takes in what was found in other families, or elsewhere.
    pub fn merge(&mut self, other: Crowded) {
        for (own, theirs) in self.keys.iter_mut().zip(other.keys) {
            if own.is_empty() {
                *own = theirs;
            } else if !theirs.is_empty() {
                own.extend(theirs);
                own.sort_unstable();
                own.dedup();
            }
        }
    }

    /// Whether a key is crowded.
    pub fn holds(&self, family: usize, key: u32) -> bool {
        self.keys[family].binary_search(&key).is_ok()
    }

    /// How many keys are crowded, by family.
    pub fn sizes(&self) -> [usize; FAMILIES] {
        std::array::from_fn(|family| self.keys[family].len())
    }

    /// The first family in which two records meet under a key that is not crowded.
    pub fn meet(&self, one: &Keys, other: &Keys) -> Option<usize> {
        (0..FAMILIES).find(|&family| self.meet_in(one, other, family))
    }

    /// Whether two records meet in a family under a key that is not crowded.
    pub fn meet_in(&self, one: &Keys, other: &Keys, family: usize) -> bool {
        let shared = one.shared_in(other, family);
        shared.into_iter().any(|key| key != 0 && !self.holds(family, key))
    }
}

/// Entries of one key.
fn blocks(entries: &[u64]) -> impl Iterator<Item = &[u64]> {
    entries.chunk_by(|a, b| a >> 32 == b >> 32)
}

fn key_of(entry: u64) -> u32 {
    (entry >> 32) as u32
}

/// Families whose keys are walked at once.
pub const FAMILIES_AT_ONCE: usize = 4;

/// Pairs that may wait until those that came twice are taken out.
const PAIRS_WAITING: usize = 1 << 22; // not law: 32 MB

/// The pairs of some families, in order, each once.
///
/// `near` gives what a crowded block is put in order by.
pub fn pairs_of_families(
    lists: Lists<'_>,
    families: Range<usize>,
    near: impl Fn(u32) -> Near,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut members: Vec<u32> = Vec::new();
    for mut entries in lists.entries(families) {
        Sieve::keep_repeated(&mut entries);
        entries.sort_unstable();
        for entries in blocks(&entries).filter(|entries| entries.len() > 1) {
            members.clear();
            members.extend(entries.iter().map(|entry| *entry as u32));
            let is_crowd = lists.is_crowd(entries);
            let take = |a, b| pairs.extend(lists.pair(a, b));
            walk_block(&members, lists, is_crowd, &near, take);
        }
        // Copies meet under every key: what comes again does not wait for the end.
        if pairs.len() > PAIRS_WAITING {
            pairs.sort_unstable();
            pairs.dedup();
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Goes through the pairs of everybody who has one key; in a crowd, through those of neighbours.
fn walk_block(
    members: &[u32],
    lists: Lists<'_>,
    is_crowd: bool,
    near: impl Fn(u32) -> Near,
    mut take: impl FnMut(u32, u32),
) {
    if is_crowd {
        let window = window(lists.rows());
        let order = members.iter().map(|&member| (near(member), member)).collect();
        return in_turn(order, |order| match lists {
            Lists::One(_) => beside(order, window, &mut take),
            Lists::Two { left, .. } => across(order, left.len() as u32, window, &mut take),
        });
    }
    let (left, right) = lists.sides(members);
    for (at, &a) in left.iter().enumerate() {
        let others = if right.is_empty() { &left[at + 1..] } else { right };
        others.iter().for_each(|&b| take(a, b));
    }
}

/// The pairs of a crowded block of a list of `rows`, by position among its members, for each of
/// whom `near` holds one; each pair once, in order.
///
/// Where blocks are gathered elsewhere nobody holds the list: how long it is must be told.
pub fn neighbours(near: &[Near], rows: usize) -> Vec<Pair> {
    let mut pairs = Vec::new();
    in_turn(near.iter().copied().zip(0..).collect(), |order| {
        beside(order, window(rows), &mut |a: u32, b: u32| pairs.push((a.min(b), a.max(b))));
    });
    in_order(vec![pairs])
}

/// Puts members into one order after the other; each is looked at.
fn in_turn(mut order: Vec<(Near, u32)>, mut look: impl FnMut(&[(Near, u32)])) {
    for turn in Near::TURNS {
        for (near, _) in &mut order {
            near.0.rotate_left(turn);
        }
        order.sort_unstable();
        look(&order);
    }
}

/// Each of a list with the few that follow it.
fn beside(order: &[(Near, u32)], window: usize, take: &mut impl FnMut(u32, u32)) {
    for (at, &(_, a)) in order.iter().enumerate() {
        order[at + 1..].iter().take(window).for_each(|&(_, b)| take(a, b));
    }
}

/// Each of the right list with the nearest of the left on either side.
fn across(order: &[(Near, u32)], split: u32, window: usize, take: &mut impl FnMut(u32, u32)) {
    let left: Vec<u32> = order.iter().map(|(_, at)| *at).filter(|at| *at < split).collect();
    let mut passed = 0usize;
    for &(_, member) in order {
        if member < split {
            passed += 1;
            continue;
        }
        let nearest = passed.saturating_sub(window)..(passed + window).min(left.len());
        left[nearest].iter().for_each(|&other| take(other, member));
    }
}

/// What stands beside what in a crowded block: the content of a record as numbers, never its
/// place in a list, so that the order of rows decides nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near(pub [u64; 7]);

impl Near {
    /// The orders in which a block is put, each by turning the one before.
    const TURNS: [usize; 2] = [0, 3];
}

/// The pairs of all families, in order, each once.
///
/// Each family is taken by itself: whoever meets under a key that is not crowded is there by it,
/// and so is a neighbour in a crowd, whether or not the two meet elsewhere.
pub fn all_pairs(lists: Lists<'_>, near: impl Fn(u32) -> Near) -> Vec<Pair> {
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

    fn alike(_: u32) -> Near {
        Near::default()
    }

    fn keys(family: usize, key: u32) -> Keys {
        let mut keys = Keys::default();
        keys.0[family] = [key, 0];
        keys
    }

    #[test]
    fn a_block_gives_each_pair_once() {
        let all = [keys(0, 7), keys(0, 7), keys(0, 8), keys(0, 7)];
        assert_eq!(all_pairs(Lists::One(&all), alike), [(0, 1), (0, 3), (1, 3)]);
        let lists = Lists::Two { left: &all[..2], right: &all[2..] };
        assert_eq!(all_pairs(lists, alike), [(0, 1), (1, 1)]);
    }

    #[test]
    fn a_large_block_does_not_explode() {
        let all = vec![keys(3, 9); 5_000];
        let pairs = all_pairs(Lists::One(&all), alike);
        assert!(pairs.len() <= 5_000 * WINDOW * 2, "{}", pairs.len());
        assert!(pairs.iter().all(|(left, right)| left < right));
    }

    fn keys_of(lists: Lists<'_>, member: u32) -> &Keys {
        let (left, right) = lists.parts();
        left.iter().chain(right).nth(member as usize).expect("a member")
    }

    /// The pairs by what is crowded in any family, block by block.
    fn block_by_block(lists: Lists<'_>, near: impl Fn(u32) -> Near) -> Vec<Pair> {
        let (crowded, mut pairs) = (Crowded::of(lists), Vec::new());
        for (family, mut entries) in (0..FAMILIES).zip(lists.entries(0..FAMILIES)) {
            entries.sort_unstable();
            for entries in blocks(&entries) {
                let members: Vec<u32> = entries.iter().map(|entry| *entry as u32).collect();
                let is_crowd = crowded.holds(family, key_of(entries[0]));
                let expect = if is_crowd { None } else { Some(family) };
                walk_block(&members, lists, is_crowd, &near, |a, b| {
                    let meet = crowded.meet(keys_of(lists, a), keys_of(lists, b));
                    pairs.extend(lists.pair(a, b).filter(|_| meet == expect));
                });
            }
        }
        in_order(vec![pairs])
    }

    #[test]
    fn families_by_themselves_give_the_pairs_of_blocks() {
        // Of 900 records all share a key of one family, many of another, few of a third.
        let record = |at: u32| {
            let mut keys = Keys::default();
            keys.0[3] = [1 + at % 2, 0];
            keys.0[6] = [1 + at % 11, 0];
            keys.0[9] = [1 + at % 97, 2 + at % 89];
            keys
        };
        let all: Vec<Keys> = (0..900).map(record).collect();
        let near = |at: u32| Near([u64::from(at * 7_919 % 900); 7]);
        for lists in [
            Lists::One(&all),
            Lists::Two { left: &all[..600], right: &all[600..] },
            Lists::Two { left: &all[..880], right: &all[880..] },
        ] {
            let pairs = all_pairs(lists, near);
            assert!(pairs.len() > 900 && pairs == block_by_block(lists, near));
        }
    }

    #[test]
    fn blocks_shrink_as_lists_grow() {
        let of = |rows| (block_max(rows), window(rows));
        assert_eq!([0, ROWS].map(of), [(64, 12), (64, 12)]);
        assert_eq!([2 * ROWS, 5 * ROWS, 100 * ROWS].map(of), [(32, 6), (12, 2), (8, 2)]);
    }

    #[test]
    fn a_crowd_by_itself_gives_what_it_gives_in_its_list() {
        let near: Vec<Near> =
            (0..300u64).map(|at| Near([at * 7 % 300, 1, 2, at * 11 % 300, 3, 4, 5])).collect();
        let all = vec![keys(3, 9); 300];
        let in_list = all_pairs(Lists::One(&all), |at| near[at as usize]);
        assert_eq!(neighbours(&near, all.len()), in_list);
        // Among ten million, each has two neighbours in each of two orders.
        let fewer = neighbours(&near, 5 * ROWS);
        assert!(fewer.len() <= 300 * 2 * 2 && fewer.iter().all(|pair| in_list.contains(pair)));
    }

    #[test]
    fn meeting_twice_is_one_pair() {
        let mut both = keys(0, 7);
        both.0[5] = [11, 12];
        let mut crossed = keys(0, 7);
        crossed.0[5] = [12, 11];
        assert_eq!(all_pairs(Lists::One(&[both, crossed]), alike), [(0, 1)]);
    }
}
