//! How a pair stands among the others of its two rows: alone, or with somebody likelier beside it.
//!
//! A pair of middling evidence whose rows have nobody else is one person more often than its own
//! evidence says, and one whose row has a far likelier partner is two people, mostly twins; unless
//! the two partners are one person who stands twice on the list. What it weighs is learned.

use crate::engine::{Edge, Prepared};
use crate::model::{Millibits, Model};

/// How a pair of two lists stands among the other pairs of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Standing {
    /// Nobody has looked at the other pairs.
    #[default]
    Unknown,
    /// Neither row has anybody else.
    Alone,
    /// A row has others, who are all the same person as its partner here.
    Doubled,
    /// Whoever else there is fits far less.
    Ahead,
    /// The right row has another who fits about as well.
    RightTorn,
    /// The left row has another who fits about as well.
    LeftTorn,
    /// The left row has another who fits far better.
    LeftTaken,
    /// The right row has another who fits far better.
    RightTaken,
    /// Both have.
    BothTaken,
}

/// How many standings there are.
pub const STANDINGS: usize = 9;

/// Evidence from which on another fits far better.
const FAR: Millibits = 3_000;

/// The rival of one row of a pair.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rival {
    None,
    Double,
    Weaker,
    Near,
    Stronger,
}

/// Evidence from which on two partners of a row are one person: 999 in a thousand.
const SURE: Millibits = 9_965; // not law: log2(999) in thousandths

/// Others that are looked at for a rival.
const OTHERS_MAX: usize = 8;

/// The rival of each pair among those of the same row; `same` says whether two partners of a row
/// are one person who stands twice on the list, and so no rivals.
fn rivals(
    edges: &[Edge],
    ends: impl Fn(&Edge) -> (u32, u32),
    same: impl Fn(u32, u32) -> bool,
) -> Vec<Rival> {
    let mut order: Vec<u32> = (0..edges.len() as u32).collect();
    let edge = |at: u32| &edges[at as usize];
    order.sort_unstable_by_key(|&at| (ends(edge(at)).0, std::cmp::Reverse(edge(at).score), at));
    let mut rivals = vec![Rival::None; edges.len()];
    for row in order.chunk_by(|a, b| ends(edge(*a)).0 == ends(edge(*b)).0) {
        for &own in row {
            let partner = ends(edge(own)).1;
            let mut others = row.iter().filter(|other| **other != own).take(OTHERS_MAX);
            rivals[own as usize] = match others.find(|other| !same(ends(edge(**other)).1, partner))
            {
                Some(&other) => rival(edge(other).score - edge(own).score),
                None if row.len() > 1 => Rival::Double,
                None => Rival::None,
            };
        }
    }
    rivals
}

fn rival(ahead: Millibits) -> Rival {
    match ahead {
        FAR.. => Rival::Stronger,
        ahead if ahead >= -FAR => Rival::Near,
        _ => Rival::Weaker,
    }
}

/// The standing of each pair of two lists.
pub fn standings(
    edges: &[Edge],
    same_left: impl Fn(u32, u32) -> bool,
    same_right: impl Fn(u32, u32) -> bool,
) -> Vec<Standing> {
    let of_left = rivals(edges, |edge| (edge.left, edge.right), same_right);
    let of_right = rivals(edges, |edge| (edge.right, edge.left), same_left);
    let standing = |(left, right): (Rival, Rival)| match (left, right) {
        (Rival::Stronger, Rival::Stronger) => Standing::BothTaken,
        (_, Rival::Stronger) => Standing::RightTaken,
        (Rival::Stronger, _) => Standing::LeftTaken,
        (_, Rival::Near) => Standing::RightTorn,
        (Rival::Near, _) => Standing::LeftTorn,
        (Rival::None, Rival::None) => Standing::Alone,
        (Rival::None | Rival::Double, Rival::None | Rival::Double) => Standing::Doubled,
        _ => Standing::Ahead,
    };
    of_left.into_iter().zip(of_right).map(standing).collect()
}

/// Adds to all pairs of two lists what their standing weighs.
pub fn weigh(left: &Prepared, right: &Prepared, edges: &mut [Edge], model: &Model) {
    let same = |list: &Prepared, one: u32, other: u32| {
        model.score(&list.compare(one, list, other)) >= SURE
    };
    let standings = standings(edges, |a, b| same(left, a, b), |a, b| same(right, a, b));
    for (standing, edge) in standings.into_iter().zip(edges) {
        edge.standing = standing;
        edge.score += model.standing(standing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Standing::*;

    fn check(edges: &[(u32, u32, Millibits)], expect: &[Standing]) {
        let edges: Vec<Edge> =
            edges.iter().map(|&(left, right, score)| Edge::new(left, right, score)).collect();
        // Rows 8 and 9 of either list are one person.
        let same = |one: u32, other: u32| one.min(other) == 8 && one.max(other) == 9;
        assert_eq!(standings(&edges, same, same), expect);
    }

    #[test]
    fn each_pair_stands_by_its_rivals() {
        check(&[(0, 0, 2_000), (1, 1, 2_000)], &[Alone, Alone]);
        check(&[(0, 0, 9_000), (0, 1, 2_000)], &[Ahead, LeftTaken]);
        check(&[(0, 0, 9_000), (1, 0, 2_000)], &[Ahead, RightTaken]);
        check(&[(0, 0, 4_000), (1, 0, 2_000)], &[RightTorn, RightTorn]);
        check(&[(0, 0, 4_000), (0, 1, 4_000)], &[LeftTorn, LeftTorn]);
        // Twins on both lists: each is taken by himself.
        check(
            &[(0, 0, 9_000), (0, 1, 1_000), (1, 0, 1_000), (1, 1, 9_000)],
            &[Ahead, BothTaken, BothTaken, Ahead],
        );
        check(&[(0, 8, 9_000), (0, 9, 1_000)], &[Doubled, Doubled]);
        check(&[(0, 8, 9_000), (0, 9, 1_000), (0, 1, 5_000)], &[Ahead, LeftTaken, LeftTaken]);
        check(&[], &[]);
    }
}
