//! What no regency sees alone: numbers that two of them hold, and people who stand in two under
//! different numbers. The earlier regency keeps the person; the later one does not pay until
//! somebody has decided.

use std::collections::HashMap;

use bulk::linkage::{dedupe, prepare};
use linkage::clusters::{Apart, clusters};
use linkage::decide::Thresholds;
use linkage::engine::Edge;
use linkage::model::Model;
use rayon::prelude::*;

use crate::Nation;
use crate::measured::Measured;

/// How many people were held back, and how right that was.
pub struct Held {
    /// People of all regencies before anybody was held back.
    pub people: usize,
    /// Held back because an earlier regency has the number.
    pub same_number: usize,
    /// Held back by likeness alone.
    pub likely_same: usize,
    /// Records of people whom an earlier regency has, in truth.
    pub moved: usize,
    /// Of them, those held back.
    pub moved_found: usize,
    /// Held back though no earlier regency has them.
    pub wrongly_held: usize,
}

/// Marks whoever an earlier regency holds.
pub fn one_each(nation: &mut Nation, measured: &mut Measured) -> Held {
    let count = nation.people.len();
    let same_number = measured.stage("numbers of the nation", count, || by_number(nation));
    let likely_same = measured.stage("link over the nation", count, || by_likeness(nation));
    let mut held =
        Held { people: count, same_number, likely_same, moved: 0, moved_found: 0, wrongly_held: 0 };
    let mut first: HashMap<u64, usize> = HashMap::with_capacity(count);
    for (at, person) in nation.people.iter().enumerate() {
        let regency = regency_of(&nation.regencies, at);
        let earlier = *first.entry(person.truth).or_insert(regency);
        match (earlier < regency, person.is_held_elsewhere) {
            (true, found) => {
                held.moved += 1;
                held.moved_found += usize::from(found);
            }
            (false, is_held) => held.wrongly_held += usize::from(is_held),
        }
    }
    held
}

fn by_number(nation: &mut Nation) -> usize {
    let mut numbers: Vec<(u64, u32)> =
        nation.people.iter().zip(0..).map(|(person, at)| (person.nik.as_u64(), at)).collect();
    numbers.par_sort_unstable();
    let mut found = 0;
    for same in numbers.chunk_by(|one, next| one.0 == next.0) {
        for (_, later) in &same[1..] {
            nation.people[*later as usize].is_held_elsewhere = true;
            found += 1;
        }
    }
    found
}

fn by_likeness(nation: &mut Nation) -> usize {
    let mut prepared = prepare(std::mem::take(&mut nation.records));
    let mut edges = dedupe(&mut prepared, Model::shipped(), &mut |_| ());
    drop(prepared);
    // Two of one regency were told apart there, with all that it knows.
    let regencies = &nation.regencies;
    let of = |at: u32| regency_of(regencies, at as usize);
    edges.retain(|Edge { left, right, .. }| of(*left) != of(*right));
    let same = Thresholds::default().same;
    let groups = clusters(nation.people.len(), &edges, same, &Apart::default());
    let mut found = 0;
    for (at, group) in groups.into_iter().enumerate() {
        let person = &mut nation.people[at];
        if group as usize != at && !person.is_held_elsewhere {
            person.is_held_elsewhere = true;
            found += 1;
        }
    }
    found
}

/// The place of the regency whose person stands here.
fn regency_of(regencies: &[(base::RegionCode, usize)], at: usize) -> usize {
    regencies.partition_point(|(_, first)| *first <= at) - 1
}
