//! The other way round: how many people, or how many months, a sum of money pays for.
//!
//! People are served in a written order and nobody is passed over: the first who does not fit
//! closes the list, whatever those behind would cost.

use std::collections::HashMap;

use base::{Month, Rupiah};
use rules::Rulebook;

use super::forecast::{Calendar, Rates};
use super::tariff::month_rates;
use super::{MONTHS_MAX, PlanCell, PlanPeople, PlanRefusal, Scenario};
use crate::occupation::OccupationKey;

/// What a sum pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affordable {
    /// People served in the first month.
    pub people: u64,
    /// Months paid.
    pub months: u32,
    /// The last month paid; none when there is no money for one.
    pub last: Option<Month>,
    /// What that costs.
    pub total: Rupiah,
    /// What is left of the sum.
    pub leftover: Rupiah,
    /// What one more would cost: the next person, or the next month; none when nothing is left out.
    pub next: Option<Rupiah>,
    /// By kind of work, in the order of serving: how many are served, and how many there are.
    pub by_occupation: Vec<(Option<OccupationKey>, u64, u64)>,
}

/// How many people of a scenario a sum pays for over all its months.
///
/// # Shape
/// By kind of work in the order of the scenario, then by village code, then the older first; who
/// cannot be registered any more takes no place.
///
/// # Errors
/// The first [`PlanRefusal`] in their order.
pub fn affordable_people(
    people: &PlanPeople,
    scenario: &Scenario,
    budget: Rupiah,
    rulebook: &Rulebook,
) -> Result<Affordable, PlanRefusal> {
    let calendar = Calendar::of(scenario, rulebook)?;
    let cost = Rates::of(people, scenario, &calendar.months, rulebook)?;
    let cost = cost.prefixes(|month| month.each)?;
    let mut found = Affordable {
        people: 0,
        months: calendar.months.len() as u32,
        last: calendar.months.last().copied(),
        total: Rupiah::ZERO,
        leftover: budget,
        next: None,
        by_occupation: Vec::new(),
    };
    for cell in in_order(people, scenario) {
        let paid = calendar.paid(cell.ageing);
        let each = cost[cell.base as usize][paid];
        // Nobody registers past the limit; whoever stands behind one who did not fit waits.
        let served = if paid == 0 || found.next.is_some() {
            0
        } else if each == Rupiah::ZERO {
            cell.people
        } else {
            cell.people.min((found.leftover.0.max(0) / each.0).unsigned_abs())
        };
        if served < cell.people && paid > 0 {
            found.next.get_or_insert(each);
        }
        let count = i64::try_from(served).map_err(|_| PlanRefusal::TooMuchMoney)?;
        let rupiah = each.times(count)?;
        found.people += served;
        found.total = found.total.plus(rupiah)?;
        found.leftover = found.leftover.minus(rupiah)?;
        let key = &people.occupations[cell.occupation as usize];
        match found.by_occupation.last_mut() {
            Some((last, some, of)) if last == key => {
                (*some, *of) = (*some + served, *of + cell.people);
            }
            _ => found.by_occupation.push((key.clone(), served, cell.people)),
        }
    }
    Ok(found)
}

/// How many whole months, from the scenario's first on, a sum pays for all its people.
///
/// # Errors
/// The first [`PlanRefusal`] in their order.
pub fn affordable_months(
    people: &PlanPeople,
    scenario: &Scenario,
    budget: Rupiah,
    rulebook: &Rulebook,
) -> Result<Affordable, PlanRefusal> {
    let first = scenario.spans.iter().map(|(from, _)| *from).min();
    let first = first.ok_or(PlanRefusal::NoMonths)?;
    let whole = Scenario { spans: vec![(first, first.plus(MONTHS_MAX - 1))], ..scenario.clone() };
    let calendar = Calendar::of(&whole, rulebook)?;
    // How many people of each base are paid for how many months, at the most.
    let mut crowds: HashMap<(u32, usize), u64> = HashMap::new();
    for cell in people.chosen(scenario) {
        *crowds.entry((cell.base, calendar.paid(cell.ageing))).or_default() += cell.people;
    }
    let registered = crowds.iter().filter(|((_, paid), _)| *paid > 0).map(|(_, count)| count).sum();
    let mut found = Affordable {
        people: registered,
        months: 0,
        last: None,
        total: Rupiah::ZERO,
        leftover: budget,
        next: None,
        by_occupation: Vec::new(),
    };
    let asked = (scenario.schemes, scenario.payer);
    for (at, month) in calendar.months.iter().enumerate() {
        let rates = people.bases.iter().map(|base| month_rates(rulebook, *base, asked, *month));
        let rates: Vec<_> = rates.collect::<Result<_, _>>()?;
        let mut due = Rupiah::ZERO;
        for ((base, _), count) in crowds.iter().filter(|((_, paid), _)| at < *paid) {
            let count = i64::try_from(*count).map_err(|_| PlanRefusal::TooMuchMoney)?;
            due = due.plus(rates[*base as usize].each.times(count)?)?;
        }
        if due == Rupiah::ZERO {
            break;
        }
        if due > found.leftover {
            found.next = Some(due);
            break;
        }
        found.months += 1;
        found.last = Some(*month);
        found.total = found.total.plus(due)?;
        found.leftover = found.leftover.minus(due)?;
    }
    Ok(found)
}

/// The cells of a scenario in the order of serving.
fn in_order<'a>(people: &'a PlanPeople, scenario: &'a Scenario) -> Vec<&'a PlanCell> {
    let place = |cell: &PlanCell| {
        let key = people.occupations[cell.occupation as usize].as_ref();
        let named = scenario.occupations.iter().position(|wanted| Some(wanted) == key);
        named.unwrap_or(cell.occupation as usize)
    };
    let mut cells: Vec<&PlanCell> = people.chosen(scenario).collect();
    cells.sort_by_key(|cell| (place(cell), cell.village, cell.ageing, cell.base));
    cells
}
