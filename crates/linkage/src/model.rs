//! What agreement and contradiction weigh: a score for a comparison, a probability for a score.
//!
//! The model of Fellegi and Sunter: each level of each field has a weight in bits, the logarithm of
//! how much likelier it is in two rows of one person than in rows of two; weights add up. How rare
//! a name, a date or a phone is enters as levels of their own. The shipped weights are learned with
//! truth at hand ([`fit()`]) and never let a worse level weigh more than a better one; [`learn()`]
//! finds weights without truth, on lists of another kind.

mod fit;
mod learn;

use std::sync::LazyLock;

use crate::compare::{Comparison, FIELDS, Field, Levels, OF_MOTHER, OF_NAME, OF_PLACES};
use crate::standing::{STANDINGS, Standing};

pub use fit::{fit, fit_standings};
pub use learn::{Learned, learn};

/// Evidence in thousandths of a bit of log odds.
pub type Millibits = i32;

/// The weights of all levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// What is thought of two rows before they are compared.
    pub(crate) prior: Millibits,
    /// By field and level.
    pub(crate) weights: [[Millibits; LEVELS_MAX]; FIELDS],
    /// What each [`Standing`] adds.
    standings: [Millibits; STANDINGS],
    /// The most that each step of [`Model::score_above`] can still add.
    open: [Millibits; 3],
}

/// Levels that a field has at most.
pub(crate) const LEVELS_MAX: usize = 16;

/// What one field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// The field.
    pub field: Field,
    /// The level that was found in it.
    pub level: u8,
    /// What that weighs for (positive) or against one person.
    pub millibits: Millibits,
}

static SHIPPED: LazyLock<Model> = LazyLock::new(|| {
    Model::parse(include_str!("../model/lists.tsv")).expect("the shipped weights are complete")
});

impl Model {
    /// The weights that ship: learned on typed lists of villages and offices.
    pub fn shipped() -> &'static Model {
        &SHIPPED
    }

    pub(crate) fn new(prior: Millibits, weights: [[Millibits; LEVELS_MAX]; FIELDS]) -> Model {
        let most = |fields: &[Field]| -> Millibits {
            let most = fields.iter().map(|field| {
                let weights = &weights[*field as usize][..field.levels()];
                weights.iter().max().expect("a level") - weights[0]
            });
            most.sum()
        };
        let mother = most(&OF_MOTHER);
        let name = mother + most(&OF_NAME);
        let open = [name + most(&OF_PLACES), name, mother];
        Model { prior, weights, standings: [0; STANDINGS], open }
    }

    /// These weights, with others for the standings.
    pub fn with_standings(self, standings: [Millibits; STANDINGS]) -> Model {
        Model { standings, ..self }
    }

    /// What a standing adds to the evidence of a pair.
    pub fn standing(&self, standing: Standing) -> Millibits {
        self.standings[standing as usize]
    }

    /// The evidence of a comparison that reaches `floor`.
    ///
    /// Texts cost most to compare, names more than places; each is compared only while it could
    /// still lift the evidence there.
    pub fn score_above<'c>(
        &self,
        comparison: &Comparison<'c>,
        floor: Millibits,
    ) -> Option<Millibits> {
        let mut levels = comparison.numbers();
        let steps: [fn(&Comparison<'c>, &mut Levels); 3] =
            [Comparison::add_places, Comparison::add_name, Comparison::add_mother];
        for (step, open) in steps.into_iter().zip(self.open) {
            if self.score(&levels) + open < floor {
                return None;
            }
            step(comparison, &mut levels);
        }
        Some(self.score(&levels)).filter(|score| *score >= floor)
    }

    /// The evidence of a comparison.
    pub fn score(&self, levels: &Levels) -> Millibits {
        let weights = self.weights.iter().zip(levels);
        self.prior + weights.map(|(weights, &level)| weights[usize::from(level)]).sum::<Millibits>()
    }

    /// What each field says, in the order of [`Field::ALL`].
    pub fn evidence(&self, levels: &Levels) -> [Weighed; FIELDS] {
        std::array::from_fn(|at| Weighed {
            field: Field::ALL[at],
            level: levels[at],
            millibits: self.weights[at][usize::from(levels[at])],
        })
    }

    /// Reads weights as [`Model::print`] writes them.
    ///
    /// # Errors
    /// `None` where a level has no weight or a line is none.
    pub fn parse(text: &str) -> Option<Model> {
        let mut weights = [[0; LEVELS_MAX]; FIELDS];
        let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let prior = lines.next()?.strip_prefix("prior\t")?.parse().ok()?;
        for (at, field) in Field::ALL.iter().enumerate() {
            for (level, weight) in weights[at].iter_mut().enumerate().take(field.levels()) {
                let mut words = lines.next()?.split('\t');
                let named = words.next()? == field.code() && words.next()? == level.to_string();
                *weight = words.next()?.parse().ok().filter(|_| named)?;
            }
        }
        let mut standings = [0; STANDINGS];
        for (level, weight) in standings.iter_mut().enumerate() {
            let line = lines.next()?.strip_prefix("standing\t")?;
            let (named, given) = line.split_once('\t')?;
            *weight = given.parse().ok().filter(|_| named == level.to_string())?;
        }
        let model = Model::new(prior, weights).with_standings(standings);
        lines.next().is_none().then_some(model)
    }

    /// The weights as lines of field, level and thousandths of a bit.
    pub fn print(&self) -> String {
        let mut text = format!("prior\t{}\n", self.prior);
        for (field, weights) in Field::ALL.iter().zip(&self.weights) {
            for (level, weight) in weights.iter().enumerate().take(field.levels()) {
                text.push_str(&format!("{}\t{level}\t{weight}\n", field.code()));
            }
        }
        for (level, weight) in self.standings.iter().enumerate() {
            text.push_str(&format!("standing\t{level}\t{weight}\n"));
        }
        text
    }
}

/// The probability that evidence stands for.
pub fn probability(score: Millibits) -> f64 {
    1.0 / (1.0 + (-f64::from(score) / 1000.0).exp2()) // not law: thousandths
}

/// The evidence that a probability asks for.
pub fn score_of(probability: f64) -> Millibits {
    let bits = (probability / (1.0 - probability)).log2();
    (bits * 1000.0).ceil() as Millibits // not law: thousandths
}

#[cfg(test)]
mod tests;
