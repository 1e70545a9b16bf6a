//! What blocking finds and what it costs, by family of keys and by size of block; and how often a
//! probability is right.

use std::collections::HashMap;
use std::fmt::Write as _;

use linkage::keys::{FAMILIES, FAMILY_NAMES, Keys};
use linkage::model::{Model, probability};
use linkage::pairs::{Crowded, Pair};

use super::Set;

/// Tables in Markdown.
pub fn told(set: &Set, name: &str, model: &Model) -> String {
    format!("{}{}", blocking(set, name), reliability(set, name, model))
}

/// What one family gives.
#[derive(Clone, Copy, Default)]
struct Family {
    /// Pairs taken here.
    pairs: usize,
    /// True pairs that share a key of it which is not crowded.
    meet: usize,
    /// Of them, those that meet in no other family.
    alone: usize,
}

/// True pairs and pairs by family, and by the size of the block in which a pair is taken.
pub fn blocking(set: &Set, name: &str) -> String {
    let crowded = Crowded::of(set.lists());
    let keys = |&(left, right): &Pair| -> (&Keys, &Keys) {
        let right = if set.is_link { &set.right.keys } else { &set.left.keys }.get(right as usize);
        (&set.left.keys[left as usize], right.expect("a row"))
    };
    let mut families = [Family::default(); FAMILIES];
    let (mut known, mut in_crowds) = (0, 0);
    for pair in &set.truth {
        let (one, other) = keys(pair);
        let meets: Vec<usize> =
            (0..FAMILIES).filter(|family| crowded.meet_in(one, other, *family)).collect();
        meets.iter().for_each(|family| families[*family].meet += 1);
        match meets.as_slice() {
            [] => in_crowds += usize::from(set.pairs.binary_search(pair).is_ok()),
            [only] => families[*only].alone += 1,
            _ => {}
        }
        known += usize::from(set.pairs.binary_search(pair).is_ok());
    }
    let taken: Vec<Option<usize>> = set
        .pairs
        .iter()
        .map(|pair| {
            let (one, other) = keys(pair);
            crowded.meet(one, other)
        })
        .collect();
    taken.iter().flatten().for_each(|family| families[*family].pairs += 1);
    let (all, rows) = (set.truth.len(), set.rows());
    let mut text = format!(
        "\n#### {name}: blocking\n\n{rows} rows, {} pairs compared ({:.2} a row); of {all} true \
         pairs {known} compared ({:.4}), {in_crowds} of them as neighbours in crowds\n\n",
        set.pairs.len(),
        set.pairs.len() as f64 / rows.max(1) as f64,
        known as f64 / all.max(1) as f64,
    );
    text += "| family | crowded keys | pairs taken | true pairs that meet | of them only here |\n";
    text += "| --- | --- | --- | --- | --- |\n";
    for (at, family) in families.iter().enumerate() {
        let (name, crowds) = (FAMILY_NAMES[at], crowded.sizes()[at]);
        let share = family.meet as f64 / all.max(1) as f64;
        let Family { pairs, alone, .. } = family;
        let _ = writeln!(text, "| {name} | {crowds} | {pairs} | {share:.4} | {alone} |");
    }
    text + &by_size(set, &crowded, &taken, keys)
}

/// Sizes of blocks up to which each class reaches.
const CLASSES: [usize; 7] = [2, 4, 8, 16, 32, 64, usize::MAX];

fn by_size<'a>(
    set: &'a Set,
    crowded: &Crowded,
    taken: &[Option<usize>],
    keys: impl Fn(&Pair) -> (&'a Keys, &'a Keys),
) -> String {
    let class = |size: usize| CLASSES.iter().position(|most| size <= *most).expect("the last");
    let mut found = [[0usize; 3]; CLASSES.len() + 1];
    for family in 0..FAMILIES {
        let mut sizes: HashMap<u32, usize> = HashMap::new();
        let both = set.left.keys.iter().chain(&set.right.keys);
        for key in both.flat_map(|keys| keys.0[family]).filter(|key| *key != 0) {
            *sizes.entry(key).or_default() += 1;
        }
        for (key, size) in sizes.iter().filter(|(_, size)| **size > 1) {
            let at = if crowded.holds(family, *key) { CLASSES.len() } else { class(*size) };
            found[at][0] += 1;
        }
        let here = set.pairs.iter().zip(taken).zip(&set.comparisons);
        for ((pair, _), (_, same)) in here.filter(|((_, taken), _)| **taken == Some(family)) {
            let (one, other) = keys(pair);
            let shared = one.shared_in(other, family);
            let size = shared.iter().filter_map(|key| sizes.get(key)).min().expect("they meet");
            let found = &mut found[class(*size)];
            found[1] += 1;
            found[2] += usize::from(*same);
        }
    }
    let neighbours = taken.iter().zip(&set.comparisons).filter(|(taken, _)| taken.is_none());
    for (_, (_, same)) in neighbours {
        found[CLASSES.len()][1] += 1;
        found[CLASSES.len()][2] += usize::from(*same);
    }
    let mut text = "\n| members of a block | blocks | pairs taken | true pairs |\n".to_owned();
    text += "| --- | --- | --- | --- |\n";
    for (at, [blocks, pairs, same]) in found.iter().enumerate() {
        let name = match CLASSES.get(at) {
            Some(&usize::MAX) => "more, of few pairs".to_owned(),
            Some(most) => format!("up to {most}"),
            None => "crowded".to_owned(),
        };
        let _ = writeln!(text, "| {name} | {blocks} | {pairs} | {same} |");
    }
    text
}

/// Probabilities that part the classes of [`reliability`].
const STEPS: [f64; 11] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999];

/// Of the pairs of each class of probability: what was said of them, and how many are one person.
pub fn reliability(set: &Set, name: &str, model: &Model) -> String {
    let mut classes = [(0usize, 0f64, 0usize); STEPS.len()];
    for (own, standing, same) in set.standing(model) {
        let chance = probability(own + model.standing(standing));
        let Some(at) = STEPS.iter().rposition(|step| chance >= *step) else { continue };
        let class = &mut classes[at];
        *class = (class.0 + 1, class.1 + chance, class.2 + usize::from(same));
    }
    let mut text = format!("\n#### {name}: how often a probability is right\n\n");
    text += "| probability from | pairs | said | one person |\n| --- | --- | --- | --- |\n";
    for (step, (pairs, said, same)) in STEPS.iter().zip(classes).filter(|(_, (n, ..))| *n > 0) {
        let (said, share) = (said / pairs as f64, same as f64 / pairs as f64);
        let _ = writeln!(text, "| {step} | {pairs} | {said:.4} | {share:.4} |");
    }
    text
}
