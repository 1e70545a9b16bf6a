//! A set whose truth is known, as `cargo xtask linkage-data` makes it: a folder with `registry.csv`
//! and `intake.csv`, or `file.csv`, and `truth.csv`.

pub mod report;

use std::collections::HashMap;
use std::path::Path;

use bulk::people::People;
use linkage::compare::Levels;
use linkage::engine::{Edge, FLOOR, Prepared};
use linkage::model::{Millibits, Model, score_of};
use linkage::pairs::{Lists, Pair, all_pairs};
use linkage::rarity::Counts;
use linkage::standing::{self, Standing};

/// The comparisons of a set with their truth, and how many true pairs there are.
pub struct Set {
    pub left: Prepared,
    pub right: Prepared,
    pub pairs: Vec<Pair>,
    pub comparisons: Vec<(Levels, bool)>,
    /// The true pairs, whether or not they are compared.
    pub truth: Vec<Pair>,
    pub is_link: bool,
}

impl Set {
    pub fn load(folder: &Path) -> Set {
        let read = |name: &str| read(&folder.join(name));
        let is_link = folder.join("registry.csv").exists();
        let mut left = read(if is_link { "registry.csv" } else { "file.csv" });
        let mut right = is_link.then(|| read("intake.csv"));
        let truth = Truth::load(&folder.join("truth.csv"));
        let mut counts = Counts::new(left.len() + right.as_ref().map_or(0, People::len));
        counts.add(&left.prepared.records);
        if let Some(right) = &mut right {
            counts.add(&right.prepared.records);
            right.prepared.weigh(&counts);
        }
        left.prepared.weigh(&counts);
        let split = left.len() as u32;
        let other = right.as_ref().unwrap_or(&left);
        let lists = match is_link {
            true => Lists::Two { left: &left.prepared.keys, right: &other.prepared.keys },
            false => Lists::One(&left.prepared.keys),
        };
        let near = |at: u32| match at.checked_sub(split) {
            None => left.prepared.near(at),
            Some(at) => other.prepared.near(at),
        };
        let pairs = all_pairs(lists, near);
        let true_pairs = truth.pairs(&left, is_link.then_some(other));
        let comparisons = pairs.iter().map(|&(l, r)| {
            let same = truth.people[left.id(l)] == truth.people[other.id(r)];
            (left.prepared.compare(l, &other.prepared, r), same)
        });
        let comparisons = comparisons.collect();
        let right = right.map_or_else(Prepared::default, |right| right.prepared);
        Set { left: left.prepared, right, pairs, comparisons, truth: true_pairs, is_link }
    }

    /// The two lists, or the one.
    pub fn lists(&self) -> Lists<'_> {
        match self.is_link {
            true => Lists::Two { left: &self.left.keys, right: &self.right.keys },
            false => Lists::One(&self.left.keys),
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.left.records.len() + self.right.records.len()
    }

    /// The own evidence, the standing and the truth of every likely pair.
    pub fn standing(&self, model: &Model) -> Vec<(Millibits, Standing, bool)> {
        let scored = self
            .pairs
            .iter()
            .zip(&self.comparisons)
            .map(|(&(l, r), (levels, same))| (Edge::new(l, r, model.score(levels)), *same));
        let (mut edges, same): (Vec<Edge>, Vec<bool>) =
            scored.filter(|(edge, _)| edge.score >= FLOOR).unzip();
        let own: Vec<Millibits> = edges.iter().map(|edge| edge.score).collect();
        if self.is_link {
            standing::weigh(&self.left, &self.right, &mut edges, model);
        }
        let pairs = edges.iter().zip(own).zip(same);
        pairs.map(|((edge, own), same)| (own, edge.standing, same)).collect()
    }

    /// Prints precision, recall and F1 at 0.95, and recall at a precision of 0.999.
    pub fn measure(&self, name: &str, model: &Model) {
        let standing = self.standing(model).into_iter();
        let mut scored: Vec<_> =
            standing.map(|(own, standing, same)| (own + model.standing(standing), same)).collect();
        scored.sort_by_key(|(score, _)| -score);
        let (mut right, mut wrong, mut sure, mut at) = (0.0, 0.0, 0.0f64, (0.0, 0.0));
        for pairs in scored.chunk_by(|a, b| a.0 == b.0) {
            let same = pairs.iter().filter(|(_, same)| *same).count() as f64;
            right += same;
            wrong += pairs.len() as f64 - same;
            let (precision, recall) = (right / (right + wrong), right / self.truth.len() as f64);
            if precision >= 0.999 {
                sure = sure.max(recall);
            }
            if pairs[0].0 >= score_of(0.95) {
                at = (precision, recall);
            }
        }
        let (precision, recall) = at;
        let f1 = 2.0 * precision * recall / (precision + recall);
        println!(
            "{name}: {} compared, {} likely pairs, found {:.4}; at .95 P {precision:.4} \
             R {recall:.4} F1 {f1:.4}; recall at P .999 {sure:.4}",
            self.pairs.len(),
            scored.len(),
            right / self.truth.len() as f64,
        );
    }
}

fn read(path: &Path) -> People {
    People::read(path, &mut |_| {}).unwrap_or_else(|error| panic!("{}: {error:?}", path.display()))
}

/// Who each row is.
struct Truth {
    people: HashMap<String, String>,
}

impl Truth {
    fn load(path: &Path) -> Truth {
        let text = std::fs::read_to_string(path).expect("a truth");
        let people = text.lines().skip(1).map(|line| {
            let mut cells = line.split(',').map(str::to_owned);
            let (id, _source, person) = (cells.next(), cells.next(), cells.next());
            (id.expect("an id"), person.expect("a person"))
        });
        Truth { people: people.collect() }
    }

    /// Rows of one person, of the two lists or within the one.
    fn pairs(&self, left: &People, right: Option<&People>) -> Vec<Pair> {
        let mut rows: HashMap<&str, Vec<u32>> = HashMap::new();
        for at in 0..left.len() as u32 {
            rows.entry(&self.people[left.id(at)]).or_default().push(at);
        }
        let mut pairs = Vec::new();
        match right {
            Some(right) => {
                for at in 0..right.len() as u32 {
                    let same = rows.get(self.people[right.id(at)].as_str()).into_iter().flatten();
                    pairs.extend(same.map(|other| (*other, at)));
                }
            }
            None => {
                for rows in rows.values() {
                    for (at, one) in rows.iter().enumerate() {
                        pairs.extend(rows[at + 1..].iter().map(|other| (*one, *other)));
                    }
                }
            }
        }
        pairs.sort_unstable();
        pairs
    }
}
