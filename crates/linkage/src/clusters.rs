//! From edges to people: who belongs together, and where a chain is cut.

use std::collections::{HashMap, HashSet};

use crate::engine::Edge;
use crate::model::Millibits;

/// Which records are known to be different people.
#[derive(Clone, Debug, Default)]
pub struct Apart {
    /// For each record those that somebody told apart from it.
    others: HashMap<u32, Vec<u32>>,
    registered: HashSet<u32>,
}

impl Apart {
    /// Two records that are two people, by somebody's word.
    pub fn tell(&mut self, one: u32, other: u32) {
        self.others.entry(one).or_default().push(other);
        self.others.entry(other).or_default().push(one);
    }

    /// A record of a registered person: no two of them are made one by a chain.
    pub fn register(&mut self, record: u32) {
        self.registered.insert(record);
    }
}

/// Groups the records of one list into people.
///
/// Edges are taken from the strongest to the weakest, and one joins two groups only when no record
/// of the one is known to be somebody else than a record of the other: a chain breaks at its
/// weakest edge. Groups are of any size; the smaller one is asked.
///
/// # Shape
/// For each record the smallest record of its group.
pub fn clusters(records: usize, edges: &[Edge], threshold: Millibits, apart: &Apart) -> Vec<u32> {
    let mut order: Vec<&Edge> = edges.iter().filter(|edge| edge.score >= threshold).collect();
    order.sort_by_key(|edge| (std::cmp::Reverse(edge.score), edge.left, edge.right));
    let mut groups = Groups::new(records);
    for edge in order {
        groups.join(edge.left, edge.right, apart);
    }
    groups.smallest()
}

/// Groups as lists of members, each named by one of them.
struct Groups {
    name: Vec<u32>,
    /// Of a group of one, nothing.
    members: Vec<Vec<u32>>,
}

impl Groups {
    fn new(records: usize) -> Groups {
        Groups { name: (0..records as u32).collect(), members: vec![Vec::new(); records] }
    }

    fn size(&self, group: u32) -> usize {
        self.members[group as usize].len().max(1)
    }

    fn members(&mut self, group: u32) -> Vec<u32> {
        let mut members = std::mem::take(&mut self.members[group as usize]);
        if members.is_empty() {
            members.push(group);
        }
        members
    }

    fn join(&mut self, left: u32, right: u32, apart: &Apart) {
        let (a, b) = (self.name[left as usize], self.name[right as usize]);
        if a == b {
            return;
        }
        let (large, small) = if self.size(a) >= self.size(b) { (a, b) } else { (b, a) };
        let (mut kept, moved) = (self.members(large), self.members(small));
        if self.are_apart(large, &kept, &moved, apart) {
            self.members[large as usize] = kept;
            self.members[small as usize] = moved;
            return;
        }
        for member in &moved {
            self.name[*member as usize] = large;
        }
        kept.extend(moved);
        self.members[large as usize] = kept;
    }

    /// Whether a record of the smaller group is somebody else than one of the larger.
    fn are_apart(&self, large: u32, kept: &[u32], moved: &[u32], apart: &Apart) -> bool {
        let told = |one: &u32| {
            let others = apart.others.get(one).into_iter().flatten();
            others.copied().any(|other| self.name.get(other as usize) == Some(&large))
        };
        let is_registered = |one: &u32| apart.registered.contains(one);
        moved.iter().any(told)
            || !apart.registered.is_empty()
                && moved.iter().any(is_registered)
                && kept.iter().any(is_registered)
    }

    fn smallest(&self) -> Vec<u32> {
        let mut smallest: Vec<u32> = vec![u32::MAX; self.name.len()];
        for (record, name) in self.name.iter().enumerate() {
            let least = &mut smallest[*name as usize];
            *least = (*least).min(record as u32);
        }
        self.name.iter().map(|name| smallest[*name as usize]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edge(left: u32, right: u32, score: Millibits) -> Edge {
        Edge::new(left, right, score)
    }

    fn told(pairs: &[(u32, u32)]) -> Apart {
        let mut apart = Apart::default();
        pairs.iter().for_each(|&(one, other)| apart.tell(one, other));
        apart
    }

    #[test]
    fn a_chain_breaks_at_its_weakest_edge() {
        let edges = [edge(0, 1, 9_000), edge(1, 2, 6_000), edge(2, 3, 8_000)];
        // Records 0 and 3 are registered people: no chain makes them one.
        let mut registered = Apart::default();
        registered.register(0);
        registered.register(3);
        for apart in [registered, told(&[(3, 0)])] {
            assert_eq!(clusters(4, &edges, 4_000, &apart), [0, 0, 2, 2]);
        }
        assert_eq!(clusters(4, &edges, 4_000, &Apart::default()), [0, 0, 0, 0]);
        assert_eq!(clusters(4, &edges, 8_500, &Apart::default()), [0, 0, 2, 3]);
    }

    #[test]
    fn the_order_of_edges_does_not_count() {
        let mut edges = [edge(0, 1, 5_000), edge(1, 2, 5_000), edge(0, 2, 5_000)];
        let apart = told(&[(0, 2)]);
        let once = clusters(3, &edges, 0, &apart);
        edges.reverse();
        assert_eq!(once, clusters(3, &edges, 0, &apart));
    }

    #[test]
    fn a_large_group_is_joined_and_parted_like_a_small_one() {
        // Two rows pasted a thousand times each, and one weak edge between the two.
        let copies = |from: u32| (from + 1..from + 1_000).map(move |at| edge(at - 1, at, 9_000));
        let mut edges: Vec<Edge> = copies(0).chain(copies(1_000)).collect();
        edges.push(edge(500, 1_500, 5_000));
        let joined = clusters(2_000, &edges, 4_000, &Apart::default());
        assert!(joined.iter().all(|group| *group == 0));
        let parted = clusters(2_000, &edges, 4_000, &told(&[(999, 1_999)]));
        assert!(parted.iter().enumerate().all(|(at, group)| *group == at as u32 / 1_000 * 1_000));
    }

    proptest! {
        #[test]
        fn groups_keep_apart_who_is_and_are_found_again(
            edges in prop::collection::vec((0u32..24, 0u32..24, 0i32..6), 0..60),
            pairs in prop::collection::vec((0u32..24, 0u32..24), 0..8),
            registered in prop::collection::vec(0u32..24, 0..6),
        ) {
            let pairs: Vec<_> = pairs.into_iter().filter(|(one, other)| one != other).collect();
            let mut apart = told(&pairs);
            registered.iter().for_each(|record| apart.register(*record));
            let edges: Vec<Edge> =
                edges.into_iter().map(|(left, right, score)| edge(left, right, score)).collect();
            let groups = clusters(24, &edges, 2, &apart);
            let same = |one: u32, other: u32| groups[one as usize] == groups[other as usize];
            let are_apart = |one: u32, other: u32| {
                one != other && registered.contains(&one) && registered.contains(&other)
                    || pairs.contains(&(one, other))
                    || pairs.contains(&(other, one))
            };
            let of = |record: u32| (0..24u32).filter(move |other| same(record, *other));
            for record in 0..24 {
                prop_assert!(of(record).all(|other| !are_apart(record, other)));
            }
            // An edge that joins nothing would have joined two people.
            for edge in edges.iter().filter(|edge| edge.score >= 2) {
                let apart = || of(edge.left).any(|a| of(edge.right).any(|b| are_apart(a, b)));
                prop_assert!(same(edge.left, edge.right) || apart());
            }
            // What was grouped once is grouped so again, by its own edges and by its names.
            let own: Vec<Edge> =
                edges.iter().copied().filter(|edge| same(edge.left, edge.right)).collect();
            prop_assert_eq!(&groups, &clusters(24, &own, 2, &apart));
            let named: Vec<Edge> =
                (0..24u32).map(|record| edge(groups[record as usize], record, 2)).collect();
            prop_assert_eq!(&groups, &clusters(24, &named, 2, &apart));
        }
    }
}
