//! From edges to people: who belongs together, and where a chain is cut.

use crate::engine::Edge;
use crate::model::Millibits;

/// Groups the records of one list into people.
///
/// Edges are taken from the strongest to the weakest, and one joins two groups only when no pair of
/// records across them is known to be two people: a chain breaks at its weakest edge. `apart` says
/// which records are known to be different, by a person's word or because both are registered.
///
/// # Shape
/// For each record the smallest record of its group.
pub fn clusters(
    records: usize,
    edges: &[Edge],
    threshold: Millibits,
    apart: impl Fn(u32, u32) -> bool,
) -> Vec<u32> {
    let mut order: Vec<&Edge> = edges.iter().filter(|edge| edge.score >= threshold).collect();
    order.sort_by_key(|edge| (std::cmp::Reverse(edge.score), edge.left, edge.right));
    let mut groups = Groups::new(records);
    for edge in order {
        groups.join(edge.left, edge.right, &apart);
    }
    groups.smallest
}

/// Groups as lists of members; the smallest member names the group.
struct Groups {
    smallest: Vec<u32>,
    members: Vec<Vec<u32>>,
}

/// Members up to which every pair across two groups is looked at.
const CROSS_MAX: usize = 400;

impl Groups {
    fn new(records: usize) -> Groups {
        Groups { smallest: (0..records as u32).collect(), members: vec![Vec::new(); records] }
    }

    fn members(&self, group: u32) -> Vec<u32> {
        match self.members[group as usize].as_slice() {
            [] => vec![group],
            members => members.to_vec(),
        }
    }

    fn join(&mut self, left: u32, right: u32, apart: &impl Fn(u32, u32) -> bool) {
        let (a, b) = (self.smallest[left as usize], self.smallest[right as usize]);
        if a == b {
            return;
        }
        let (a, b) = (a.min(b), a.max(b));
        let (kept, gone) = (self.members(a), self.members(b));
        let too_large = kept.len() * gone.len() > CROSS_MAX;
        if too_large || kept.iter().any(|x| gone.iter().any(|y| apart(*x, *y))) {
            return;
        }
        for member in &gone {
            self.smallest[*member as usize] = a;
        }
        self.members[b as usize] = Vec::new();
        self.members[a as usize] = [kept, gone].concat();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(left: u32, right: u32, score: Millibits) -> Edge {
        Edge { left, right, score }
    }

    #[test]
    fn a_chain_breaks_at_its_weakest_edge() {
        let edges = [edge(0, 1, 9_000), edge(1, 2, 6_000), edge(2, 3, 8_000)];
        // Records 0 and 3 are registered people: no chain makes them one.
        let apart = |a: u32, b: u32| (a.min(b), a.max(b)) == (0, 3);
        assert_eq!(clusters(4, &edges, 4_000, apart), [0, 0, 2, 2]);
        assert_eq!(clusters(4, &edges, 4_000, |_, _| false), [0, 0, 0, 0]);
        assert_eq!(clusters(4, &edges, 8_500, |_, _| false), [0, 0, 2, 3]);
    }

    #[test]
    fn the_order_of_edges_does_not_count() {
        let mut edges = [edge(0, 1, 5_000), edge(1, 2, 5_000), edge(0, 2, 5_000)];
        let apart = |a: u32, b: u32| (a.min(b), a.max(b)) == (0, 2);
        let once = clusters(3, &edges, 0, apart);
        edges.reverse();
        assert_eq!(once, clusters(3, &edges, 0, apart));
    }
}
