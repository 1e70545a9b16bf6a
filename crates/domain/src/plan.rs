//! The budget planner: what a list of people costs over months, before anybody is committed.
//!
//! People are reduced once to cells (work, base, village, age); every question after that walks the
//! cells and not the people, so that a million are answered about at once. Each amount keeps the
//! rule and the article it follows from; rules are looked up by contribution month.

mod budget;
mod forecast;
mod heirs;
mod path;
mod tariff;

use std::collections::HashMap;
use std::hash::Hash;

use base::{Day, Month, RegionCode};
pub use rules::Base;
use rules::{Payer, RuleGap, Schemes};

use crate::occupation::OccupationKey;

pub use budget::{Affordable, affordable_months, affordable_people};
pub use forecast::{Forecast, PlanLine, PlanMonth, Share, compare, forecast};
pub use heirs::{HeirsLoss, heirs_losses};
pub use path::{Apbd, PathQuery, PathYear, UniversalPath, universal_path};

/// Scenarios that can be laid side by side.
pub const SCENARIOS_MAX: usize = 4;

/// Months that one plan may have: fifty years.
const MONTHS_MAX: i32 = 600; // not law: the length of a plan

/// Somebody to be planned for; nothing here names anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanPerson {
    /// The month from [`ageing_month`]; none when the date of birth is not known.
    pub ageing: Option<Month>,
    /// Work.
    pub occupation: Option<OccupationKey>,
    /// What the contribution is computed from.
    pub base: Base,
    /// Village of residence, as far as it is known.
    pub village: Option<RegionCode>,
}

/// The first month on whose first day somebody born that day has completed one more year than a
/// month before: years are counted on first days, so that is all a plan needs of a birth.
pub fn ageing_month(birth: Day) -> Month {
    let month = birth.month_of();
    if birth.day() == 1 { month } else { month.plus(1) }
}

/// People alike: one cell of a reduced list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PlanCell {
    occupation: u32,
    base: u32,
    village: u32,
    ageing: Option<Month>,
    people: u64,
}

/// A list of people, reduced to cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanPeople {
    occupations: Vec<Option<OccupationKey>>,
    bases: Vec<Base>,
    villages: Vec<Option<RegionCode>>,
    /// By occupation, base, village, age.
    cells: Vec<PlanCell>,
}

/// Counts people into cells.
#[derive(Debug, Default)]
pub struct PlanCounter {
    occupations: Places<Option<OccupationKey>>,
    bases: Places<Base>,
    villages: Places<Option<RegionCode>>,
    counts: HashMap<(u32, u32, u32, Option<Month>), u64>,
}

/// Values, each with its place in the order of their coming.
#[derive(Debug)]
struct Places<T>(HashMap<T, u32>);

impl<T> Default for Places<T> {
    fn default() -> Places<T> {
        Places(HashMap::new())
    }
}

impl<T: Eq + Hash + Clone + Ord> Places<T> {
    fn place(&mut self, value: &T) -> u32 {
        if let Some(place) = self.0.get(value) {
            return *place;
        }
        let place = self.0.len() as u32;
        self.0.insert(value.clone(), place);
        place
    }

    /// The values in order, and where each place stands in that order.
    fn sorted(self) -> (Vec<T>, Vec<u32>) {
        let mut pairs: Vec<(T, u32)> = self.0.into_iter().collect();
        pairs.sort();
        let mut new = vec![0; pairs.len()];
        for (at, (_, old)) in pairs.iter().enumerate() {
            new[*old as usize] = at as u32;
        }
        (pairs.into_iter().map(|(value, _)| value).collect(), new)
    }
}

impl PlanCounter {
    /// Counts so many people alike.
    pub fn add(&mut self, person: &PlanPerson, people: u64) {
        let occupation = self.occupations.place(&person.occupation);
        let base = self.bases.place(&person.base);
        let village = self.villages.place(&person.village);
        let count = self.counts.entry((occupation, base, village, person.ageing)).or_default();
        *count = count.saturating_add(people);
    }

    /// The reduced list; the same people give the same one, in whatever order they came.
    pub fn finish(self) -> PlanPeople {
        let (occupations, occupation_of) = self.occupations.sorted();
        let (bases, base_of) = self.bases.sorted();
        let (villages, village_of) = self.villages.sorted();
        let cell = |((occupation, base, village, ageing), people)| PlanCell {
            occupation: occupation_of[occupation as usize],
            base: base_of[base as usize],
            village: village_of[village as usize],
            ageing,
            people,
        };
        let counts = self.counts.into_iter().filter(|(_, people)| *people > 0);
        let mut cells: Vec<PlanCell> = counts.map(cell).collect();
        cells.sort_unstable_by_key(|cell| (cell.occupation, cell.base, cell.village, cell.ageing));
        PlanPeople { occupations, bases, villages, cells }
    }
}

impl PlanPeople {
    /// How many people there are.
    pub fn people(&self) -> u64 {
        self.cells.iter().map(|cell| cell.people).sum()
    }

    /// How many cells they were reduced to.
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// Each kind of work with how many do it, by its key.
    pub fn by_occupation(&self) -> Vec<(Option<&OccupationKey>, u64)> {
        let mut counts = vec![0; self.occupations.len()];
        self.cells.iter().for_each(|cell| counts[cell.occupation as usize] += cell.people);
        self.occupations.iter().map(Option::as_ref).zip(counts).collect()
    }

    /// What all of them are counted by, with how many of each.
    pub fn bases(&self) -> Vec<(Base, u64)> {
        let mut counts = vec![0; self.bases.len()];
        self.cells.iter().for_each(|cell| counts[cell.base as usize] += cell.people);
        self.bases.iter().copied().zip(counts).collect()
    }

    /// What a scenario's people are counted by, with how many of each.
    pub fn by_base(&self, scenario: &Scenario) -> Vec<(Base, u64)> {
        let mut counts = vec![0; self.bases.len()];
        self.chosen(scenario).for_each(|cell| counts[cell.base as usize] += cell.people);
        let pairs = self.bases.iter().copied().zip(counts);
        pairs.filter(|(_, people)| *people > 0).collect()
    }

    /// The cells of a scenario.
    fn chosen<'a>(&'a self, scenario: &'a Scenario) -> impl Iterator<Item = &'a PlanCell> {
        let wanted: Vec<bool> = self.occupations.iter().map(|key| scenario.takes(key)).collect();
        self.cells.iter().filter(move |cell| wanted[cell.occupation as usize])
    }
}

/// What becomes of members who reach the age limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Ages {
    /// As the rulebook reads the law on the first day.
    #[default]
    ByRule,
    /// They leave with the month they reach it.
    Leave,
    /// They stay as long as nothing lapses.
    Stay,
}

impl Ages {
    /// Every way, in order.
    pub const ALL: [Ages; 3] = [Ages::ByRule, Ages::Leave, Ages::Stay];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Ages::ByRule => "by-rule",
            Ages::Leave => "leave",
            Ages::Stay => "stay",
        }
    }

    /// The way with this stable name.
    pub fn from_name(name: &str) -> Option<Ages> {
        Ages::ALL.into_iter().find(|ages| ages.name() == name)
    }
}

/// Whom to pay for, what, when, and from whose purse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// What people call it.
    pub name: Box<str>,
    /// Kinds of work, in the order in which a budget serves them; all of them when empty.
    pub occupations: Vec<OccupationKey>,
    /// Which schemes.
    pub schemes: Schemes,
    /// Who pays.
    pub payer: Payer,
    /// First and last month of each tranche, in order; what lies between is paid by nobody.
    pub spans: Vec<(Month, Month)>,
    /// What becomes of members who reach the age limit.
    pub ages: Ages,
}

impl Scenario {
    fn takes(&self, occupation: &Option<OccupationKey>) -> bool {
        let named = |key: &OccupationKey| self.occupations.contains(key);
        self.occupations.is_empty() || occupation.as_ref().is_some_and(named)
    }

    /// The paid months, in order, each once.
    fn months(&self) -> Result<Vec<Month>, PlanRefusal> {
        let spans = merged(&self.spans);
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
            return Err(PlanRefusal::NoMonths);
        };
        if first.0.months_until(last.1) >= MONTHS_MAX {
            return Err(PlanRefusal::TooManyMonths);
        }
        Ok(spans.iter().flat_map(|(from, to)| from.through(*to)).collect())
    }
}

/// Spans in order, those that touch made one; spans that end before they begin are none.
fn merged(spans: &[(Month, Month)]) -> Vec<(Month, Month)> {
    let mut sorted: Vec<_> = spans.iter().copied().filter(|(from, to)| from <= to).collect();
    sorted.sort_unstable();
    let mut merged: Vec<(Month, Month)> = Vec::with_capacity(sorted.len());
    for (from, to) in sorted {
        match merged.last_mut() {
            Some((_, until)) if from <= until.plus(1) => *until = to.max(*until),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// Why there is no plan; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanRefusal {
    /// No month to pay for.
    NoMonths,
    /// More months than a plan may have.
    TooManyMonths,
    /// More scenarios than can be laid side by side.
    TooManyScenarios,
    /// Nobody to plan for.
    NoPeople,
    /// The steps of a path do not lead up to its goal.
    PathNotRising,
    /// The rulebook has no answer for a month.
    RuleMissing(RuleGap),
    /// The amounts do not fit.
    TooMuchMoney,
}

impl PlanRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            PlanRefusal::NoMonths => "NO_MONTHS",
            PlanRefusal::TooManyMonths => "TOO_MANY_MONTHS",
            PlanRefusal::TooManyScenarios => "TOO_MANY_SCENARIOS",
            PlanRefusal::NoPeople => "NO_PEOPLE",
            PlanRefusal::PathNotRising => "PATH_NOT_RISING",
            PlanRefusal::RuleMissing(_) => "RULE_MISSING",
            PlanRefusal::TooMuchMoney => "TOO_MUCH_MONEY",
        }
    }
}

impl From<RuleGap> for PlanRefusal {
    fn from(gap: RuleGap) -> PlanRefusal {
        match gap {
            RuleGap::AmountTooLarge => PlanRefusal::TooMuchMoney,
            gap => PlanRefusal::RuleMissing(gap),
        }
    }
}

impl From<base::money::MoneyOverflow> for PlanRefusal {
    fn from(_: base::money::MoneyOverflow) -> PlanRefusal {
        PlanRefusal::TooMuchMoney
    }
}

#[cfg(test)]
mod tests;
