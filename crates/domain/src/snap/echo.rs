//! The bank's own line for money that a notice has told of: the same money, never a second credit.

use std::collections::{BTreeMap, HashSet};

use base::id::kind;
use base::{Day, Id, Rupiah};

use crate::payment::{Break, BreakReason, MatchedBy, Matching, StatementLine};

/// Shorter names occur by chance.
const NAME_LENGTH_MIN: usize = 6;

/// Money that a notice told of and that waits for the bank's own line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echoing {
    /// How much.
    pub amount: Rupiah,
    /// The day on which it was paid.
    pub day: Day,
    /// What a statement may call it, folded to small letters and digits.
    pub names: Vec<String>,
    /// Within how many days the line is expected.
    pub settles_days: i32,
}

impl Echoing {
    /// Whether a line can be this money, by amount and day.
    pub fn may_be(&self, line: &StatementLine) -> bool {
        let days = self.day.days_until(line.facts.day);
        line.facts.amount == self.amount && (-1..=self.settles_days).contains(&days)
    }

    /// Whether a line is this money: amount, day, and one of its names in the text.
    pub fn is_named_in(&self, line: &StatementLine) -> bool {
        let text = folded(&line.facts.reference);
        self.may_be(line) && self.names.iter().any(|name| text.contains(name.as_str()))
    }
}

/// What lines are money that notices have told of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Echoes {
    /// Lines that name the money, each with the place of its credit: once each.
    pub named: Vec<(Id<kind::StatementLine>, usize)>,
    /// Lines that name nothing and may be the money of a credit.
    pub maybe: Vec<Id<kind::StatementLine>>,
}

/// Finds the bank's lines among those that nothing is known of yet.
pub fn echoes(lines: &[StatementLine], credits: &[Echoing]) -> Echoes {
    let mut by_amount: BTreeMap<Rupiah, Vec<usize>> = BTreeMap::new();
    for (at, credit) in credits.iter().enumerate() {
        by_amount.entry(credit.amount).or_default().push(at);
    }
    let mut used = HashSet::new();
    let mut found = Echoes::default();
    for line in lines {
        let places = by_amount.get(&line.facts.amount).into_iter().flatten().copied();
        let open: Vec<usize> = places.filter(|at| !used.contains(at)).collect();
        let is_named = |at: &usize| credits[*at].is_named_in(line);
        match open.iter().copied().find(is_named) {
            Some(at) => {
                used.insert(at);
                found.named.push((line.id, at));
            }
            None if open.iter().any(|at| credits[*at].may_be(line)) => found.maybe.push(line.id),
            None => {}
        }
    }
    found
}

/// Takes back what was matched by the amount alone, where the line may be money that a notice has
/// told of: somebody has to look.
pub fn hold_back(matching: &mut Matching, maybe: &[Id<kind::StatementLine>]) {
    let maybe: HashSet<_> = maybe.iter().collect();
    let held: Vec<_> = matching
        .matches
        .extract_if(.., |found| found.by == MatchedBy::AmountOnly && maybe.contains(&found.line))
        .collect();
    for found in held {
        let reason = BreakReason::Ambiguous(vec![found.bill]);
        matching.breaks.push(Break { line: found.line, reason });
        matching.unpaid.push(found.bill);
    }
}

/// The names that are long enough, folded.
pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let folded = names.into_iter().map(folded);
    folded.filter(|name| name.len() >= NAME_LENGTH_MIN).collect()
}

/// Small letters and digits alone: statements break names by blanks and strokes.
fn folded(text: &str) -> String {
    let kept = text.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|character| character.to_ascii_lowercase()).collect()
}
