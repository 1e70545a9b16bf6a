//! Whose money changes, in which months, between two rulebooks.
//!
//! Both answer the same questions, month by month, about people who stand for everybody: every
//! tier, payer and sector, every risk class, contracts at every step, and events of every kind.

use std::collections::BTreeMap;

use base::{Day, Month, Rupiah};

use crate::rule::RuleId;
use crate::rulebook::Rulebook;

mod cases;
#[cfg(test)]
mod tests;

pub use cases::DiffCase;

/// A run of months in which one case has other money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyChange {
    /// Whose.
    pub case: DiffCase,
    /// The first month.
    pub first: Month,
    /// The last month.
    pub last: Month,
    /// In the first rulebook; absent where it has no rule.
    pub before: Option<Rupiah>,
    /// In the second.
    pub after: Option<Rupiah>,
}

/// What two rulebooks do not have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulebookDiff {
    /// Whose money changes, in the order of the cases and months.
    pub money: Vec<MoneyChange>,
    /// Entries that only the second has, or has otherwise: value, days, source or status.
    pub changed: Vec<RuleId>,
    /// Entries that only the first has.
    pub gone: Vec<RuleId>,
}

/// Compares two rulebooks over months, both ends included.
///
/// # Shape
/// A case stands once for every run of months with the same two amounts.
pub fn diff(from: &Rulebook, to: &Rulebook, months: (Month, Month)) -> RulebookDiff {
    let (changed, gone) = entries_that_differ(from, to);
    let mut money = Vec::new();
    if !changed.is_empty() || !gone.is_empty() {
        let asked = cases::cases(from, to);
        let days = key_days(from, to, months);
        for case in asked {
            money.extend(runs_of(from, to, &case, &days));
        }
    }
    RulebookDiff { money, changed, gone }
}

fn runs_of(
    from: &Rulebook,
    to: &Rulebook,
    case: &DiffCase,
    days: &BTreeMap<Month, Vec<Day>>,
) -> Vec<MoneyChange> {
    let mut runs: Vec<MoneyChange> = Vec::new();
    for (&month, days) in days {
        let asked: &[Day] = if case.is_event() { days } else { &days[..1] };
        let answers = asked.iter().map(|day| (case.ask(from, *day), case.ask(to, *day)));
        let Some((before, after)) = answers.into_iter().find(|(before, after)| before != after)
        else {
            continue;
        };
        match runs.last_mut() {
            Some(run)
                if run.last.plus(1) == month && (run.before, run.after) == (before, after) =>
            {
                run.last = month;
            }
            _ => runs.push(MoneyChange {
                case: case.clone(),
                first: month,
                last: month,
                before,
                after,
            }),
        }
    }
    runs
}

/// The days of each month on which an answer may begin to differ: its first, and every first day
/// of a rule in it.
fn key_days(from: &Rulebook, to: &Rulebook, months: (Month, Month)) -> BTreeMap<Month, Vec<Day>> {
    let mut days: BTreeMap<Month, Vec<Day>> =
        months.0.through(months.1).map(|month| (month, vec![month.first_day()])).collect();
    let parameters = from.parameters().iter().chain(to.parameters());
    for day in parameters.flat_map(|parameter| &parameter.entries).map(|entry| entry.from) {
        if let Some(days) = days.get_mut(&day.month_of())
            && !days.contains(&day)
        {
            days.push(day);
        }
    }
    days.values_mut().for_each(|days| days.sort_unstable());
    days
}

fn entries_that_differ(from: &Rulebook, to: &Rulebook) -> (Vec<RuleId>, Vec<RuleId>) {
    let entries = |rulebook: &Rulebook| -> Vec<RuleId> {
        let parameters = rulebook.parameters().iter();
        parameters.flat_map(|p| &p.entries).map(|entry| entry.rule.clone()).collect()
    };
    let same = |rule: &RuleId| {
        let (left, right) = (from.rule(rule.as_str()), to.rule(rule.as_str()));
        let parts = |found: (&crate::rule::Parameter, &crate::rule::Entry)| {
            (found.0.scope.clone(), found.0.unit.clone(), found.1.clone())
        };
        left.map(parts) == right.map(parts)
    };
    let changed = entries(to).into_iter().filter(|rule| !same(rule)).collect();
    let gone = entries(from).into_iter().filter(|rule| to.rule(rule.as_str()).is_none()).collect();
    (changed, gone)
}
