//! The path to universal coverage: people and cost year by year, up to a goal with a source.
//!
//! A year is a budget year, January to December; the first one begins with the first month. People
//! who are not known yet have no age, so nobody on the path reaches a limit.

use base::{Month, Ppm, Rupiah};
use rules::{Payer, RuleStatus, Rulebook, Schemes};

use super::forecast::{PlanLine, forecast};
use super::{Ages, Base, PlanCounter, PlanPerson, PlanRefusal, Scenario};

/// Parts of a whole.
const WHOLE: i128 = 1_000_000; // not law: parts per million

/// Years that a path may have.
const YEARS_MAX: u32 = 30;

/// The whole budget of the region in a year, and where that number is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apbd {
    /// How much.
    pub total: Rupiah,
    /// Which document says so.
    pub source: Box<str>,
}

/// A path, as a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathQuery {
    /// The first paid month.
    pub first: Month,
    /// How many budget years, the first one included.
    pub years: u32,
    /// People in the first year.
    pub from_people: u64,
    /// People in the last year.
    pub goal: u64,
    /// People of every year, where they are given; else equal steps, rounded up.
    pub steps: Vec<u64>,
    /// People known already, by what their contributions are computed from: the first of each
    /// year.
    pub known: Vec<(Base, u64)>,
    /// What the contribution of everybody else is computed from.
    pub base: Base,
    /// Which schemes.
    pub schemes: Schemes,
    /// Who pays.
    pub payer: Payer,
    /// The whole budget, for the share that the path takes of it.
    pub apbd: Option<Apbd>,
}

/// A budget year of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathYear {
    /// The first paid month.
    pub first: Month,
    /// The last one.
    pub last: Month,
    /// People paid for.
    pub people: u64,
    /// How many more than the year before.
    pub added: u64,
    /// What the year costs.
    pub rupiah: Rupiah,
    /// Of the whole budget, rounded down; none when no budget was named.
    pub share: Option<Ppm>,
    /// By article: the amounts add up to the year's cost.
    pub lines: Vec<PlanLine>,
}

/// A path to universal coverage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniversalPath {
    /// Year by year.
    pub years: Vec<PathYear>,
    /// What all years cost.
    pub total: Rupiah,
    /// The weakest status among the rules.
    pub status: RuleStatus,
    /// The version of the rules, as 64 hexadecimal digits.
    pub rulebook: Box<str>,
}

/// People and cost of every year.
///
/// # Errors
/// The first [`PlanRefusal`] in their order.
pub fn universal_path(
    query: &PathQuery,
    rulebook: &Rulebook,
) -> Result<UniversalPath, PlanRefusal> {
    let steps = steps(query)?;
    let mut path = UniversalPath {
        years: Vec::with_capacity(steps.len()),
        total: Rupiah::ZERO,
        status: RuleStatus::Confirmed,
        rulebook: rulebook.version().to_hex().into(),
    };
    let mut first = query.first;
    let mut before = 0;
    for people in steps {
        let last = Month::new(first.year(), 12).ok_or(PlanRefusal::TooManyMonths)?;
        let counter = counted(query, people);
        let scenario = Scenario {
            name: "".into(),
            occupations: Vec::new(),
            schemes: query.schemes,
            payer: query.payer,
            spans: vec![(first, last)],
            ages: Ages::Stay,
        };
        let year = forecast(&counter.finish(), &scenario, rulebook)?;
        let share = query.apbd.as_ref().and_then(|apbd| share_of(year.total, apbd.total));
        path.total = path.total.plus(year.total)?;
        path.status = path.status.weaker(year.status);
        path.years.push(PathYear {
            first,
            last,
            people,
            added: people - before,
            rupiah: year.total,
            share,
            lines: year.lines,
        });
        (first, before) = (last.plus(1), people);
    }
    Ok(path)
}

/// So many people of a path: those who are known, each as what they are, and then anybody.
fn counted(query: &PathQuery, people: u64) -> PlanCounter {
    let mut counter = PlanCounter::default();
    let mut left = people;
    for (base, known) in query.known.iter().copied().chain([(query.base, u64::MAX)]) {
        let some = known.min(left);
        counter.add(&PlanPerson { ageing: None, occupation: None, base, village: None }, some);
        left -= some;
    }
    counter
}

/// People of each year; a path never goes down, and ends at its goal.
fn steps(query: &PathQuery) -> Result<Vec<u64>, PlanRefusal> {
    if query.years == 0 || query.years > YEARS_MAX {
        return Err(PlanRefusal::TooManyMonths);
    }
    let steps = if query.steps.is_empty() { equal_steps(query)? } else { query.steps.clone() };
    let rises = steps.is_sorted()
        && steps.len() == query.years as usize
        && steps.last() == Some(&query.goal)
        && steps.first().is_some_and(|first| *first > 0);
    if rises { Ok(steps) } else { Err(PlanRefusal::PathNotRising) }
}

fn equal_steps(query: &PathQuery) -> Result<Vec<u64>, PlanRefusal> {
    let up = query.goal.checked_sub(query.from_people).ok_or(PlanRefusal::PathNotRising)?;
    let gaps = u64::from(query.years) - 1;
    if gaps == 0 {
        return Ok(vec![query.goal]);
    }
    let step = |year: u64| {
        let added = (u128::from(up) * u128::from(year)).div_ceil(u128::from(gaps));
        query.from_people + u64::try_from(added).unwrap_or(up)
    };
    Ok((0..=gaps).map(step).collect())
}

fn share_of(part: Rupiah, whole: Rupiah) -> Option<Ppm> {
    if whole <= Rupiah::ZERO {
        return None;
    }
    i64::try_from(i128::from(part.0) * WHOLE / i128::from(whole.0)).ok().map(Ppm)
}
