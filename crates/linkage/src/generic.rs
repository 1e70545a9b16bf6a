//! Linkage of tables of any kind: columns of text, weights learned from the tables themselves.
//!
//! For lists that are not of Indonesian people. Every column is compared in the same way, how rare
//! a shared value is counts, and what each level weighs is found without truth ([`learn`]).

use std::borrow::Cow;
use std::collections::HashMap;

use crate::compare::one_edit_of_text;
use crate::engine::{Edge, FLOOR};
use crate::jaro::jaro_winkler;
use crate::keys::{FAMILIES, Keys, mixed};
use crate::model::{Learned, learn};
use crate::pairs::{BLOCK_MAX, Lists, Near, Pair, all_pairs};

/// A table of text; every row has a cell for every column.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, cells in lower case without white space around them.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The columns that both have by name, in the order of this one.
    pub fn columns_in_common(&self, other: &Table) -> Vec<String> {
        let both = self.columns.iter().filter(|column| other.columns.contains(column));
        both.cloned().collect()
    }

    /// The table with these of its columns, in this order.
    fn only(&self, columns: &[String]) -> Cow<'_, Table> {
        if self.columns == columns {
            return Cow::Borrowed(self);
        }
        let place = |name: &String| self.columns.iter().position(|column| column == name);
        let places: Vec<usize> = columns.iter().filter_map(place).collect();
        let rows = self.rows.iter().map(|row| places.iter().map(|at| row[*at].clone()).collect());
        Cow::Owned(Table { columns: columns.to_vec(), rows: rows.collect() })
    }
}

/// Levels of a column: missing; equal and rare, middling, common; alike; near; other.
const LEVELS: usize = 7;

/// The likely pairs between two tables, or within one, and the weights that were found.
///
/// Of two tables the columns are compared that both have by name, in whatever order.
pub fn link(left: &Table, right: Option<&Table>) -> (Vec<Edge>, Learned) {
    let Some(right) = right else { return link_alike(left, None) };
    let both = left.columns_in_common(right);
    link_alike(&left.only(&both), Some(&right.only(&both)))
}

/// Tables of the same columns in the same order.
fn link_alike(left: &Table, right: Option<&Table>) -> (Vec<Edge>, Learned) {
    let columns = left.columns.len();
    if columns == 0 {
        return (Vec::new(), Learned::nothing());
    }
    let counts = counts(left, right, columns);
    let mut left_keys = keys(left);
    let mut right_keys = right.map(keys);
    drop_crowded(&mut left_keys, right_keys.as_deref_mut());
    let lists = match &right_keys {
        Some(right) => Lists::Two { left: &left_keys, right },
        None => Lists::One(&left_keys),
    };
    let pairs = all_pairs(lists, |_| Near::default());
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
        scored.map(|(&(left, right), levels)| Edge::new(left, right, learned.score(levels)));
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

/// A key for each column, and for each column with the first letters of the next.
fn keys(table: &Table) -> Vec<Keys> {
    let keys = table.rows.iter().map(|row| {
        let mut keys = Keys::default();
        for (at, cell) in row.iter().enumerate().take(FAMILIES) {
            if cell.is_empty() {
                continue;
            }
            let next: String = row[(at + 1) % row.len()].chars().take(3).collect();
            let with_next = if next.is_empty() { 0 } else { hash(&[cell, &next]) };
            keys.0[at] = [hash(&[cell]), with_next];
        }
        keys
    });
    keys.collect()
}

/// Takes away the keys that more rows share than are compared with each other: who meets there
/// would be met there first, passed over, and not met again under a rarer key.
fn drop_crowded(left: &mut [Keys], right: Option<&mut [Keys]>) {
    let right = right.unwrap_or_default();
    for family in 0..FAMILIES {
        let mut rows: HashMap<u32, usize> = HashMap::new();
        for key in left.iter().chain(right.iter()).flat_map(|keys| keys.0[family]) {
            *rows.entry(key).or_default() += 1;
        }
        for key in left.iter_mut().chain(right.iter_mut()).flat_map(|keys| &mut keys.0[family]) {
            if rows[key] > BLOCK_MAX {
                *key = 0;
            }
        }
    }
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
        let columns = || ["a", "b", "year", "c"].map(str::to_owned).to_vec();
        let left = Table { columns: columns(), rows: (0..40).map(row).collect() };
        let mut right = Table { columns: columns(), rows: (0..40).map(row).collect() };
        for (at, row) in right.rows.iter_mut().enumerate() {
            let cell = &mut row[at % 4];
            cell.replace_range(1..2, "z");
        }
        let (edges, _) = link(&left, Some(&right));
        let same = edges.iter().filter(|edge| edge.score > 4_248);
        let same: Vec<(u32, u32)> = same.map(|edge| (edge.left, edge.right)).collect();
        assert_eq!(same, (0..40).map(|at| (at, at)).collect::<Vec<_>>());
        // Columns are found by name: turned round, and with one that the other table has not.
        right.columns.push("more".to_owned());
        right.columns.rotate_left(2);
        for row in &mut right.rows {
            row.push("x".to_owned());
            row.rotate_left(2);
        }
        assert_eq!(link(&left, Some(&right)).0, edges);
    }

    #[test]
    fn nothing_to_compare_is_no_pair() {
        let table = |columns: &[&str]| Table {
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            rows: vec![columns.iter().map(|_| "x".to_owned()).collect(); 3],
        };
        assert!(link(&table(&[]), None).0.is_empty());
        assert!(link(&table(&["a"]), Some(&table(&["b"]))).0.is_empty());
        let (none, learned) = link(&Table::default(), None);
        assert!(none.is_empty() && learned.weights.is_empty());
    }
}
