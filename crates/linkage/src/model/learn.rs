//! Weights learned without truth: expectation and maximisation over the comparisons at hand.

use super::Millibits;

/// Weights by field and level, and what is thought before comparing.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// What is thought of two rows before they are compared.
    pub prior: Millibits,
    /// By field and level.
    pub weights: Vec<Vec<Millibits>>,
}

impl Learned {
    /// What is learned where nothing can be compared.
    pub fn nothing() -> Learned {
        Learned { prior: 0, weights: Vec::new() }
    }

    /// The evidence of a comparison.
    pub fn score(&self, levels: &[u8]) -> Millibits {
        let weights = self.weights.iter().zip(levels);
        self.prior + weights.map(|(weights, &level)| weights[usize::from(level)]).sum::<Millibits>()
    }
}

/// Rounds after which it stops whatever moves.
const ROUNDS: usize = 100;

/// Comparisons that each level is given beforehand.
const GIVEN: f64 = 0.01;

/// Learns what each level weighs from comparisons whose truth nobody knows.
///
/// Fields are taken as independent within matches and within non-matches; level 0 is "missing" and
/// weighs nothing. `first` is a first guess at the probability of each comparison.
///
/// # Shape
/// `levels` holds the levels of one comparison after the other, `sizes.len()` each.
///
/// # Source
/// I. Fellegi, A. Sunter, "A Theory for Record Linkage", 1969; W. Winkler, "Using the EM Algorithm
/// for Weight Computation in the Fellegi–Sunter Model of Record Linkage", 1988.
pub fn learn(levels: &[u8], sizes: &[usize], first: impl Fn(&[u8]) -> f64) -> Learned {
    let fields = sizes.len();
    if fields == 0 {
        return Learned::nothing();
    }
    let mut chances: Vec<f64> = levels.chunks_exact(fields).map(first).collect();
    let mut learned = maximise(levels, sizes, &chances);
    for _ in 0..ROUNDS {
        for (chance, levels) in chances.iter_mut().zip(levels.chunks_exact(fields)) {
            *chance = super::probability(learned.score(levels));
        }
        let next = maximise(levels, sizes, &chances);
        if next == learned {
            break;
        }
        learned = next;
    }
    learned
}

fn maximise(levels: &[u8], sizes: &[usize], chances: &[f64]) -> Learned {
    let mut counts: Vec<Vec<[f64; 2]>> = sizes.iter().map(|size| vec![[GIVEN; 2]; *size]).collect();
    let mut all = [GIVEN; 2];
    for (chance, levels) in chances.iter().zip(levels.chunks_exact(sizes.len())) {
        all[0] += 1.0 - chance;
        all[1] += chance;
        for (counts, level) in counts.iter_mut().zip(levels) {
            counts[usize::from(*level)][0] += 1.0 - chance;
            counts[usize::from(*level)][1] += chance;
        }
    }
    let thousandths = |bits: f64| (bits * 1000.0).round() as Millibits; // not law: thousandths
    let millibits = |ratio: f64| thousandths(ratio.log2());
    let weights = counts.iter().map(|levels| {
        let known = |side: usize| levels.iter().skip(1).map(|count| count[side]).sum::<f64>();
        let (others, matches) = (known(0), known(1));
        let weigh = |count: &[f64; 2]| millibits((count[1] / matches) / (count[0] / others));
        let told = levels.iter().skip(1).map(weigh);
        std::iter::once(0).chain(told).collect()
    });
    Learned { prior: millibits(all[1] / all[0]), weights: weights.collect() }
}
