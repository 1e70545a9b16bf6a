//! Learns the weights that ship, from sets whose truth is known: `cargo xtask linkage-train`.
//!
//! A set is a folder as `cargo xtask linkage-data` makes it: `registry.csv` and `intake.csv`, or
//! `file.csv`, and `truth.csv`. `DIR*N` counts a set N times. What follows `--` is only measured.

use std::collections::HashMap;
use std::path::Path;

use bulk::people::People;
use linkage::compare::Levels;
use linkage::model::{Model, fit, score_of};
use linkage::pairs::{Lists, all_pairs};
use linkage::rarity::Counts;

/// The comparisons of a set with their truth, and how many true pairs there are.
struct Set {
    comparisons: Vec<(Levels, bool)>,
    true_pairs: usize,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (out, sets) = args.split_first().expect("OUT DIR... [-- DIR...]");
    let learned = sets.iter().position(|word| word == "--").unwrap_or(sets.len());
    let mut comparisons = Vec::new();
    for word in &sets[..learned] {
        let (folder, times) = word.split_once('*').unwrap_or((word, "1"));
        let set = Set::load(Path::new(folder));
        for _ in 0..times.parse().expect("a number after the star") {
            comparisons.extend_from_slice(&set.comparisons);
        }
    }
    let model = match comparisons.is_empty() {
        true => Model::shipped().clone(),
        false => fit(&comparisons),
    };
    if !comparisons.is_empty() {
        let head = "# Weights of rows of typed lists, in thousandths of a bit; learned by \
                    `cargo xtask linkage-train`.\n";
        std::fs::write(out, format!("{head}{}", model.print())).expect("the weights are written");
    }
    for folder in sets.iter().skip(learned + 1) {
        Set::load(Path::new(folder)).measure(folder, &model);
    }
}

impl Set {
    fn load(folder: &Path) -> Set {
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
        let comparisons = all_pairs(lists, near).into_iter().map(|(l, r)| {
            let same = truth.people[left.id(l)] == truth.people[other.id(r)];
            (left.prepared.compare(l, &other.prepared, r), same)
        });
        Set { comparisons: comparisons.collect(), true_pairs: truth.pairs(is_link) }
    }

    /// Prints precision, recall and F1 at 0.95, and recall at a precision of 0.999.
    fn measure(&self, name: &str, model: &Model) {
        let score = |(levels, same): &(Levels, bool)| (model.score(levels), *same);
        let mut scored: Vec<_> = self.comparisons.iter().map(score).collect();
        scored.sort_by_key(|(score, _)| -score);
        let (mut right, mut wrong, mut sure, mut at) = (0.0, 0.0, 0.0f64, (0.0, 0.0));
        for pairs in scored.chunk_by(|a, b| a.0 == b.0) {
            let same = pairs.iter().filter(|(_, same)| *same).count() as f64;
            right += same;
            wrong += pairs.len() as f64 - same;
            let (precision, recall) = (right / (right + wrong), right / self.true_pairs as f64);
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
            "{name}: {} comparisons, found {:.4}; at .95 P {precision:.4} R {recall:.4} \
             F1 {f1:.4}; recall at P .999 {sure:.4}",
            scored.len(),
            right / self.true_pairs as f64,
        );
    }
}

fn read(path: &Path) -> People {
    People::read(path, &mut |_| {}).unwrap_or_else(|error| panic!("{}: {error:?}", path.display()))
}

/// Who each row is.
struct Truth {
    people: HashMap<String, String>,
    /// Rows of each person in the register and in the list.
    rows: HashMap<String, [usize; 2]>,
}

impl Truth {
    fn load(path: &Path) -> Truth {
        let text = std::fs::read_to_string(path).expect("a truth");
        let mut truth = Truth { people: HashMap::new(), rows: HashMap::new() };
        for line in text.lines().skip(1) {
            let mut cells = line.split(',').map(str::to_owned);
            let (id, source, person) = (cells.next(), cells.next(), cells.next());
            let (id, person) = (id.expect("an id"), person.expect("a person"));
            let in_list = usize::from(source.as_deref() == Some("I"));
            truth.rows.entry(person.clone()).or_default()[in_list] += 1;
            truth.people.insert(id, person);
        }
        truth
    }

    fn pairs(&self, is_link: bool) -> usize {
        let pairs = self.rows.values().map(|[register, list]| match is_link {
            true => register * list,
            false => (register + list) * (register + list - 1) / 2,
        });
        pairs.sum()
    }
}
