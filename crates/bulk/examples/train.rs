//! Learns the weights that ship, from sets whose truth is known: `cargo xtask linkage-train`.
//!
//! A set is a folder as `cargo xtask linkage-data` makes it: `registry.csv` and `intake.csv`, or
//! `file.csv`, and `truth.csv`. `DIR*N` counts a set N times. What follows `--` is only measured.
//! With `standings` before the first set, weights stay as they ship and only what the standing of a
//! pair adds is learned, from the sets of two lists.

use std::collections::HashMap;
use std::path::Path;

use bulk::people::People;
use linkage::compare::Levels;
use linkage::engine::{Edge, FLOOR, Prepared};
use linkage::model::{Millibits, Model, fit, fit_standings, score_of};
use linkage::pairs::{Lists, Pair, all_pairs};
use linkage::rarity::Counts;
use linkage::standing::{self, Standing};

/// The comparisons of a set with their truth, and how many true pairs there are.
struct Set {
    left: Prepared,
    right: Prepared,
    pairs: Vec<Pair>,
    comparisons: Vec<(Levels, bool)>,
    true_pairs: usize,
    is_link: bool,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (out, sets) = args.split_first().expect("OUT DIR... [-- DIR...]");
    let only_standings = sets.first().is_some_and(|word| word == "standings");
    let sets = &sets[usize::from(only_standings)..];
    let learned = sets.iter().position(|word| word == "--").unwrap_or(sets.len());
    let (mut comparisons, mut lists) = (Vec::new(), Vec::new());
    for word in &sets[..learned] {
        let (folder, times) = word.split_once('*').unwrap_or((word, "1"));
        let set = Set::load(Path::new(folder));
        for _ in 0..times.parse().expect("a number after the star") {
            comparisons.extend_from_slice(&set.comparisons);
        }
        lists.extend(set.is_link.then_some(set));
    }
    let mut model = match comparisons.is_empty() || only_standings {
        true => Model::shipped().clone(),
        false => fit(&comparisons),
    };
    if !comparisons.is_empty() {
        let standing: Vec<_> = lists.iter().flat_map(|set| set.standing(&model)).collect();
        model = model.with_standings(fit_standings(&standing));
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
        let pairs = all_pairs(lists, near);
        let comparisons = pairs.iter().map(|&(l, r)| {
            let same = truth.people[left.id(l)] == truth.people[other.id(r)];
            (left.prepared.compare(l, &other.prepared, r), same)
        });
        let comparisons = comparisons.collect();
        let right = right.map_or_else(Prepared::default, |right| right.prepared);
        let true_pairs = truth.pairs(is_link);
        Set { left: left.prepared, right, pairs, comparisons, true_pairs, is_link }
    }

    /// The own evidence, the standing and the truth of every likely pair.
    fn standing(&self, model: &Model) -> Vec<(Millibits, Standing, bool)> {
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
    fn measure(&self, name: &str, model: &Model) {
        let standing = self.standing(model).into_iter();
        let mut scored: Vec<_> =
            standing.map(|(own, standing, same)| (own + model.standing(standing), same)).collect();
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
            "{name}: {} likely pairs, found {:.4}; at .95 P {precision:.4} R {recall:.4} \
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
