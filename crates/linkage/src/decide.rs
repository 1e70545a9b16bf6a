//! What becomes of a row that was compared: this person, a new one, or a question for people.

use crate::model::{Millibits, score_of};

/// What a machine may say of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The row is this person.
    Same(u32),
    /// Nobody in the register is this person.
    New,
    /// A human decides; the likeliest person.
    Ask(u32),
}

/// Where an office lets the machine decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// From here on it is the same person.
    pub same: Millibits,
    /// Below this it is somebody else.
    pub ask: Millibits,
}

impl Thresholds {
    /// The thresholds at which each decision is wrong no more often than this.
    pub fn for_error(share: f64) -> Thresholds {
        Thresholds { same: score_of(1.0 - share), ask: score_of(share) }
    }
}

impl Default for Thresholds {
    /// One wrong decision in a hundred at the edge of each class, far fewer within. What is said to
    /// be one human in fifty is one in a hundred (docs/bench/linkage.md): nobody is asked below it.
    fn default() -> Thresholds {
        let (same, ask) = (Thresholds::for_error(0.01).same, Thresholds::for_error(0.02).ask);
        Thresholds { same, ask }
    }
}

/// Decides a row by the people found for it, the likeliest first.
///
/// A second person who is nearly as likely makes it a question: one of the two would be wrong.
pub fn decide(found: &[(u32, Millibits)], thresholds: Thresholds) -> Decision {
    let Some(&(first, score)) = found.first() else { return Decision::New };
    let rival = found.get(1).is_some_and(|(_, second)| *second >= thresholds.same);
    match score {
        _ if score < thresholds.ask => Decision::New,
        _ if score >= thresholds.same && !rival => Decision::Same(first),
        _ => Decision::Ask(first),
    }
}

/// Whether a row that the machine decided is looked at by a human all the same: one in `every`, the
/// same ones whenever it is asked.
pub fn is_sampled(row: u64, every: u64) -> bool {
    every != 0 && crate::keys::mixed(row).is_multiple_of(every)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_its_scores() {
        let thresholds = Thresholds::for_error(0.01);
        // log2(99) = 6.629…
        assert_eq!(thresholds, Thresholds { same: 6_630, ask: -6_629 });
        let check =
            |found: &[(u32, Millibits)], expect| assert_eq!(decide(found, thresholds), expect);
        check(&[], Decision::New);
        check(&[(4, 9_000)], Decision::Same(4));
        check(&[(4, 2_000)], Decision::Ask(4));
        check(&[(4, -9_000)], Decision::New);
        check(&[(4, 9_000), (7, 8_000)], Decision::Ask(4));
        check(&[(4, 9_000), (7, 1_000)], Decision::Same(4));
    }

    #[test]
    fn a_sample_is_the_same_each_time() {
        let sampled = (0..10_000).filter(|row| is_sampled(*row, 100)).count();
        assert!((50..200).contains(&sampled), "{sampled}");
        assert!((0..100).all(|row| !is_sampled(row, 0)));
    }
}
