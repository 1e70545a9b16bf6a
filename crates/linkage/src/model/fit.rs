//! Weights learned from comparisons whose truth is known.

use super::{LEVELS_MAX, Millibits, Model};
use crate::compare::{FIELDS, Field, Levels};
use crate::standing::{STANDINGS, Standing};

/// Rounds over all fields; the weights stand still long before.
const ROUNDS: usize = 60;

/// What keeps the weight of a level small that was hardly seen.
const RIDGE: f64 = 0.1;

/// The weights under which the given truth is likeliest, a worse tier never above a better one.
///
/// Logistic regression over the levels, one field after the other, each step put in order by
/// pooling neighbours that are not (isotonic regression).
///
/// # Source
/// J. Friedman, T. Hastie, R. Tibshirani, "Additive logistic regression", 2000 (backfitting); R.
/// Barlow et al., "Statistical Inference under Order Restrictions", 1972 (pooling).
pub fn fit(comparisons: &[(Levels, bool)]) -> Model {
    let mut weights = [[0f64; LEVELS_MAX]; FIELDS];
    let mut prior = 0f64;
    let mut margins = vec![0f64; comparisons.len()];
    for _ in 0..ROUNDS {
        prior += step_of_prior(comparisons, &mut margins);
        for field in Field::ALL {
            let before = weights[field as usize];
            let (steps, seen) = steps_of_field(comparisons, &margins, field, &before);
            let after = &mut weights[field as usize];
            for level in 0..field.levels() {
                after[level] += steps[level].clamp(-1.0, 1.0);
            }
            put_in_order(after, &seen, field.tiers());
            for (margin, (levels, _)) in margins.iter_mut().zip(comparisons) {
                let level = usize::from(levels[field as usize]);
                *margin += after[level] - before[level];
            }
        }
    }
    Model::new(millibits(prior), weights.map(|field| field.map(millibits)))
}

/// What each standing adds, under which the given truth is likeliest; a pair's own evidence is
/// taken as it is.
pub fn fit_standings(pairs: &[(Millibits, Standing, bool)]) -> [Millibits; STANDINGS] {
    let mut weights = [0f64; STANDINGS];
    for _ in 0..ROUNDS {
        let mut slopes = weights.map(|weight| -RIDGE * weight);
        let mut bends = [RIDGE; STANDINGS];
        for &(own, standing, same) in pairs {
            let own = f64::from(own) / (std::f64::consts::LOG2_E * 1000.0);
            let expected = logistic(own + weights[standing as usize]);
            slopes[standing as usize] += f64::from(u8::from(same)) - expected;
            bends[standing as usize] += expected * (1.0 - expected);
        }
        for ((weight, slope), bend) in weights.iter_mut().zip(slopes).zip(bends) {
            *weight += (slope / bend).clamp(-1.0, 1.0);
        }
    }
    weights.map(millibits)
}

fn millibits(nats: f64) -> Millibits {
    (nats * std::f64::consts::LOG2_E * 1000.0).round() as Millibits // not law: thousandths
}

fn step_of_prior(comparisons: &[(Levels, bool)], margins: &mut [f64]) -> f64 {
    let (mut slope, mut bend) = (0.0, RIDGE);
    for (margin, (_, same)) in margins.iter().zip(comparisons) {
        let expected = logistic(*margin);
        slope += f64::from(u8::from(*same)) - expected;
        bend += expected * (1.0 - expected);
    }
    let step = (slope / bend).clamp(-1.0, 1.0);
    for margin in margins {
        *margin += step;
    }
    step
}

/// Newton's step for each level of a field, and how much each level was seen.
fn steps_of_field(
    comparisons: &[(Levels, bool)],
    margins: &[f64],
    field: Field,
    weights: &[f64; LEVELS_MAX],
) -> ([f64; LEVELS_MAX], [f64; LEVELS_MAX]) {
    let mut slopes = weights.map(|weight| -RIDGE * weight);
    let mut bends = [RIDGE; LEVELS_MAX];
    for (margin, (levels, same)) in margins.iter().zip(comparisons) {
        let level = usize::from(levels[field as usize]);
        let expected = logistic(*margin);
        slopes[level] += f64::from(u8::from(*same)) - expected;
        bends[level] += expected * (1.0 - expected);
    }
    (std::array::from_fn(|level| slopes[level] / bends[level]), bends)
}

/// Pools levels of neighbouring tiers until no tier is above a later one.
fn put_in_order(weights: &mut [f64; LEVELS_MAX], seen: &[f64; LEVELS_MAX], tiers: &[&[u8]]) {
    let mut order: Vec<usize> = Vec::new();
    for tier in tiers {
        let mut tier: Vec<usize> = tier.iter().map(|level| usize::from(*level)).collect();
        // Within a tier the weights are free, and stand in whatever order they have.
        tier.sort_by(|a, b| weights[*a].total_cmp(&weights[*b]));
        order.extend(tier);
    }
    // Pools of (sum of weighted values, sum of weights, members).
    let mut pools: Vec<(f64, f64, Vec<usize>)> = Vec::new();
    for level in order {
        pools.push((weights[level] * seen[level], seen[level], vec![level]));
        while let [.., (a, n, _), (b, m, _)] = pools.as_slice()
            && a / n > b / m
        {
            let (b, m, members) = pools.pop().expect("two pools stand here");
            let last = pools.last_mut().expect("two pools stood here");
            last.0 += b;
            last.1 += m;
            last.2.extend(members);
        }
    }
    for (sum, seen, members) in pools {
        for level in members {
            weights[level] = sum / seen;
        }
    }
}

fn logistic(margin: f64) -> f64 {
    1.0 / (1.0 + (-margin).exp())
}
