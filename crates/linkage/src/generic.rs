//! Linkage of tables of any kind: columns of text, weights learned from the tables themselves.
//!
//! For lists that are not of Indonesian people. Every column is compared in the same way, how rare
//! a shared value is counts, and what each level weighs is found without truth ([`learn`]).

use std::collections::HashMap;

use crate::compare::one_edit_of_text;
use crate::engine::{Edge, FLOOR};
use crate::jaro::jaro_winkler;
use crate::keys::{FAMILIES, Keys, mixed};
use crate::model::{Learned, learn};
use crate::pairs::{Lists, Pair, all_pairs};

/// A table of text; every row has a cell for every column.
#[derive(Debug, Default)]
pub struct Table {
    /// The rows, cells in lower case without white space around them.
    pub rows: Vec<Vec<String>>,
}

/// Levels of a column: missing; equal and rare, middling, common; alike; near; other.
const LEVELS: usize = 7;

/// The likely pairs between two tables of the same columns, or within one, and the weights that
/// were found.
pub fn link(left: &Table, right: Option<&Table>) -> (Vec<Edge>, Learned) {
    let columns = left.rows.first().map_or(0, Vec::len);
    let counts = counts(left, right, columns);
    let left_keys = keys(left, &counts);
    let right_keys = right.map(|right| keys(right, &counts));
    let lists = match &right_keys {
        Some(right) => Lists::Two { left: &left_keys, right },
        None => Lists::One(&left_keys),
    };
    let pairs = all_pairs(lists, u64::from);
    let other = right.unwrap_or(left);
    let levels: Vec<u8> = pairs
        .iter()
        .flat_map(|&(l, r)| levels(&left.rows[l as usize], &other.rows[r as usize], &counts))
        .collect();
    let learned = learn(&levels, &vec![LEVELS; columns], first_guess);
    (edges(&pairs, &levels, columns, &learned), learned)
}

fn edges(pairs: &[Pair], levels: &[u8], columns: usize, learned: &Learned) -> Vec<Edge> {
    let scored = pairs.iter().zip(levels.chunks_exact(columns.max(1)));
    let scored =
        scored.map(|(&(left, right), levels)| Edge { left, right, score: learned.score(levels) });
    scored.filter(|edge| edge.score >= FLOOR).collect()
}

/// How often each value stands in each column.
fn counts<'t>(
    left: &'t Table,
    right: Option<&'t Table>,
    columns: usize,
) -> Vec<HashMap<&'t str, u32>> {
    let mut counts = vec![HashMap::new(); columns];
    for row in left.rows.iter().chain(right.into_iter().flat_map(|table| &table.rows)) {
        for (counts, cell) in counts.iter_mut().zip(row) {
            *counts.entry(cell.as_str()).or_default() += 1;
        }
    }
    counts
}

/// A value that at most so many rows share is a key of its own.
const KEY_SHARED_MAX: u32 = 200;

/// A key for each column, and for each column with the first letters of the next.
fn keys(table: &Table, counts: &[HashMap<&str, u32>]) -> Vec<Keys> {
    let keys = table.rows.iter().map(|row| {
        let mut keys = Keys::default();
        for (at, cell) in row.iter().enumerate().take(FAMILIES) {
            if cell.is_empty() {
                continue;
            }
            let next: String = row[(at + 1) % row.len()].chars().take(3).collect();
            let alone = counts[at].get(cell.as_str()).is_some_and(|count| *count <= KEY_SHARED_MAX);
            let with_next = if next.is_empty() { 0 } else { hash(&[cell, &next]) };
            keys.0[at] = [if alone { hash(&[cell]) } else { 0 }, with_next];
        }
        keys
    });
    keys.collect()
}

fn hash(parts: &[&str]) -> u32 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(0u64, |hash, byte| mixed(hash ^ u64::from(byte)).wrapping_add(1));
    ((hash >> 32) as u32).max(1)
}

fn levels(left: &[String], right: &[String], counts: &[HashMap<&str, u32>]) -> Vec<u8> {
    let level = |((left, right), counts): ((&String, &String), &HashMap<&str, u32>)| {
        if left.is_empty() || right.is_empty() {
            return 0;
        }
        if left == right {
            return match counts.get(left.as_str()).copied().unwrap_or(0) {
                0..=8 => 1,
                9..=64 => 2,
                _ => 3,
            };
        }
        let alike = jaro_winkler(left, right);
        match () {
            () if one_edit_of_text(left, right) || alike >= 0.94 => 4,
            () if alike >= 0.82 => 5,
            () => 6,
        }
    };
    left.iter().zip(right).zip(counts).map(level).collect()
}

/// Pairs that agree in most of what they have are probably one.
fn first_guess(levels: &[u8]) -> f64 {
    let known = levels.iter().filter(|level| **level != 0).count();
    let agree = levels.iter().filter(|level| (1..=5).contains(*level)).count();
    if agree * 2 > known && known > 1 { 0.9 } else { 0.01 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_rows_are_found_without_truth() {
        // Forty invented rows, and the same with a typing error in one cell each.
        let row = |n: u64| -> Vec<String> {
            let word = |salt: u64| {
                let mut value = mixed(n * 31 + salt);
                let letters = (0..7).map(|_| {
                    let letter = char::from(b'a' + (value % 26) as u8);
                    value /= 26;
                    letter
                });
                letters.collect::<String>()
            };
            vec![word(1), word(2), format!("{:04}", mixed(n) % 40), word(3)]
        };
        let left = Table { rows: (0..40).map(row).collect() };
        let mut right = Table { rows: (0..40).map(row).collect() };
        for (at, row) in right.rows.iter_mut().enumerate() {
            let cell = &mut row[at % 4];
            cell.replace_range(1..2, "z");
        }
        let (edges, _) = link(&left, Some(&right));
        let same = edges.iter().filter(|edge| edge.score > 4_248);
        let same: Vec<(u32, u32)> = same.map(|edge| (edge.left, edge.right)).collect();
        assert_eq!(same, (0..40).map(|at| (at, at)).collect::<Vec<_>>());
    }
}
