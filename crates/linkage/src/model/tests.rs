//! The shape of the shipped weights, and weights found without truth.

use super::*;

#[test]
fn shipped_weights_are_complete_and_in_order() {
    let model = Model::shipped();
    assert_eq!(Model::parse(&model.print()).as_ref(), Some(model));
    for field in Field::ALL {
        let weights = &model.weights[field as usize];
        let ends = field.tiers().iter().map(|tier| {
            let of_tier = || tier.iter().map(|level| weights[usize::from(*level)]);
            (of_tier().min().expect("a level"), of_tier().max().expect("a level"))
        });
        let ends: Vec<_> = ends.collect();
        assert!(ends.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{}", field.code());
    }
}

#[test]
fn a_score_and_its_probability_are_each_other() {
    // log2(0.95 / 0.05) = log2(19) = 4.2479…
    assert_eq!(score_of(0.95), 4_248);
    assert!((probability(4_248) - 0.95).abs() < 1e-4);
    assert!((probability(0) - 0.5).abs() < 1e-12);
}

#[test]
fn levels_of_a_field_are_counted_once() {
    for field in Field::ALL {
        let mut levels: Vec<u8> = field.tiers().concat();
        levels.sort_unstable();
        let all: Vec<u8> = (0..field.levels() as u8).collect();
        assert_eq!(levels, all, "{}", field.code());
        assert!(field.levels() <= LEVELS_MAX);
    }
}

#[test]
fn weights_are_found_without_truth() {
    // Two fields of two levels; matches agree in nine of ten, others in one of ten, independently.
    // The counts are those of 1,000 matches and 1,000 others.
    let mut levels = Vec::new();
    for (pair, count) in
        [([1u8, 1u8], 810 + 10), ([1, 2], 90 + 90), ([2, 1], 90 + 90), ([2, 2], 10 + 810)]
    {
        for _ in 0..count {
            levels.extend(pair);
        }
    }
    let first = |levels: &[u8]| if levels[0] == 1 && levels[1] == 1 { 0.8 } else { 0.3 };
    let learned = learn(&levels, &[3, 3], first);
    // log2(0.9 / 0.1) = 3.170
    for weights in &learned.weights {
        assert!((weights[1] - 3_170).abs() < 100, "{weights:?}");
        assert!((weights[2] + 3_170).abs() < 100, "{weights:?}");
        assert_eq!(weights[0], 0);
    }
    assert!(learned.prior.abs() < 150, "{}", learned.prior);
}
