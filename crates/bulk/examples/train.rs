//! Learns the weights that ship, from sets whose truth is known: `cargo xtask linkage-train`.
//!
//! A set is a folder as `cargo xtask linkage-data` makes it: `registry.csv` and `intake.csv`, or
//! `file.csv`, and `truth.csv`. `DIR*N` counts a set N times. What follows `--` is only measured,
//! with a table of blocking and one of how often a probability is right.
//! With `standings` before the first set, weights stay as they ship and only what the standing of a
//! pair adds is learned, from the sets of two lists.

#[path = "set/truth.rs"]
mod set;

use std::path::Path;

use linkage::model::{Model, fit, fit_standings};
use set::Set;

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
        let set = Set::load(Path::new(folder));
        set.measure(folder, &model);
        println!("{}", set::report::told(&set, folder, &model));
    }
}
