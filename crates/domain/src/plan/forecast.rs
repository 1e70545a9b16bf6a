//! Forward: what the people of a scenario cost, month by month, by work, by village, by article.
//!
//! The law of each month is looked up for that month, so a rule whose first day is known changes
//! the plan from there on. A person costs a prefix of the months: up to the one in which they
//! leave.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Month, RegionCode, Rupiah};
use rules::{RuleStatus, Rulebook, Scheme};

use super::tariff::{MonthRates, Rate, month_rates};
use super::{Ages, PlanPeople, PlanRefusal, SCENARIOS_MAX, Scenario, merged};
use crate::occupation::OccupationKey;

/// What a scenario comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// People who can be registered in the first month.
    pub people: u64,
    /// People past the age limit before it: nobody can register them.
    pub refused: u64,
    /// People whose date of birth is not known: counted as if they never aged.
    pub ageless: u64,
    /// What the first month costs.
    pub monthly: Rupiah,
    /// What all months cost.
    pub total: Rupiah,
    /// What the workers bear of their own wages besides.
    pub worker: Rupiah,
    /// What it would cost if everybody paid alone, with the reliefs that the payer may not get.
    pub self_paid: Rupiah,
    /// The total under the other reading of what becomes of those who reach the age limit.
    pub other_reading: Rupiah,
    /// Month by month.
    pub by_month: Vec<PlanMonth>,
    /// By kind of work.
    pub by_occupation: Vec<Share<Option<OccupationKey>>>,
    /// By village.
    pub by_village: Vec<Share<Option<RegionCode>>>,
    /// By article: the amounts add up to the total.
    pub lines: Vec<PlanLine>,
    /// The weakest status among the rules.
    pub status: RuleStatus,
    /// The version of the rules, as 64 hexadecimal digits.
    pub rulebook: Box<str>,
}

/// One month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanMonth {
    /// Which.
    pub month: Month,
    /// People paid for.
    pub people: u64,
    /// Of those of the first month, how many complete the age limit in it.
    pub reaching: u64,
    /// How many are paid for no more from it on.
    pub leaving: u64,
    /// What it costs.
    pub rupiah: Rupiah,
}

/// A part of the people and of the money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share<K> {
    /// Of what.
    pub key: K,
    /// People in the first month.
    pub people: u64,
    /// What they cost in all months.
    pub rupiah: Rupiah,
}

/// An amount with its article: so many person-months at one rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanLine {
    /// For what.
    pub scheme: Scheme,
    /// First month of the rate.
    pub first: Month,
    /// Last month of it.
    pub last: Month,
    /// Person-months paid.
    pub person_months: u64,
    /// What one person costs in one month.
    pub each: Rupiah,
    /// What it comes to.
    pub rupiah: Rupiah,
    /// The rule's name.
    pub rule: Arc<str>,
    /// Instrument and article, as people write them.
    pub article: Arc<str>,
    /// How well the rule is known.
    pub status: RuleStatus,
    /// The relief that met the rate, applied or not.
    pub relief: Option<Arc<str>>,
}

/// The paid months of a scenario, and what the law says of ages in them.
pub(super) struct Calendar {
    pub months: Vec<Month>,
    /// The age limit in months.
    limit: i32,
    stays: bool,
    /// Where in `months` people register: at the start, and again after each lapse.
    registrations: Vec<usize>,
    status: RuleStatus,
}

impl Calendar {
    pub(super) fn of(scenario: &Scenario, rulebook: &Rulebook) -> Result<Calendar, PlanRefusal> {
        let months = scenario.months()?;
        let terms = rulebook.age_terms(months[0].first_day())?;
        let years = i32::try_from(terms.limit.0).unwrap_or(i32::MAX / 12);
        let stays = match scenario.ages {
            Ages::ByRule => terms.stays.0,
            Ages::Leave => false,
            Ages::Stay => true,
        };
        let mut registrations = vec![0];
        let spans = merged(&scenario.spans);
        for pair in spans.windows(2) {
            let (until, again) = (pair[0].1, pair[1].0);
            let bearable = rulebook.age_terms(again.first_day())?.bearable.0;
            if i64::from(until.months_until(again)) - 1 > bearable {
                registrations.push(months.partition_point(|month| *month < again));
            }
        }
        let status = terms.limit.1.citation.status;
        Ok(Calendar { months, limit: years.saturating_mul(12), stays, registrations, status })
    }

    /// The month on whose first day somebody is past the limit.
    fn limit_of(&self, ageing: Month) -> Month {
        ageing.plus(self.limit)
    }

    /// How many of the months somebody is paid for; none who cannot be registered at the start.
    pub(super) fn paid(&self, ageing: Option<Month>) -> usize {
        self.paid_if(ageing, self.stays)
    }

    fn paid_if(&self, ageing: Option<Month>, stays: bool) -> usize {
        let Some(limit) = ageing.map(|ageing| self.limit_of(ageing)) else {
            return self.months.len();
        };
        if limit <= self.months[0] {
            return 0;
        }
        if !stays {
            return self.months.partition_point(|month| *month < limit);
        }
        let again = self.registrations[1..].iter().find(|at| limit <= self.months[**at]);
        again.copied().unwrap_or(self.months.len())
    }
}

/// The rates of every base in every month.
pub(super) struct Rates(Vec<Vec<MonthRates>>);

impl Rates {
    pub(super) fn of(
        people: &PlanPeople,
        scenario: &Scenario,
        months: &[Month],
        rulebook: &Rulebook,
    ) -> Result<Rates, PlanRefusal> {
        let asked = (scenario.schemes, scenario.payer);
        let of_base = |base: &super::Base| {
            let months = months.iter().map(|month| month_rates(rulebook, *base, asked, *month));
            months.collect::<Result<Vec<_>, _>>()
        };
        Ok(Rates(people.bases.iter().map(of_base).collect::<Result<_, _>>()?))
    }

    /// What one person of a base costs in the first so many months, for each number of months.
    pub(super) fn prefixes(
        &self,
        amount: impl Fn(&MonthRates) -> Rupiah,
    ) -> Result<Vec<Vec<Rupiah>>, PlanRefusal> {
        let sums = |months: &Vec<MonthRates>| {
            let mut sum = Rupiah::ZERO;
            let mut sums = vec![sum];
            for month in months {
                sum = sum.plus(amount(month))?;
                sums.push(sum);
            }
            Ok(sums)
        };
        self.0.iter().map(sums).collect()
    }
}

/// What a scenario costs.
///
/// # Errors
/// The first [`PlanRefusal`] in their order.
pub fn forecast(
    people: &PlanPeople,
    scenario: &Scenario,
    rulebook: &Rulebook,
) -> Result<Forecast, PlanRefusal> {
    let calendar = Calendar::of(scenario, rulebook)?;
    let rates = Rates::of(people, scenario, &calendar.months, rulebook)?;
    let counted = Counted::of(people, scenario, &calendar, &rates)?;
    let by_month = by_month(&counted, &calendar, &rates)?;
    let lines = lines(&counted, &calendar, &rates)?;
    if counted.registered + counted.refused == 0 {
        return Err(PlanRefusal::NoPeople);
    }
    let status = lines.iter().map(|line| line.status).fold(calendar.status, RuleStatus::weaker);
    Ok(Forecast {
        people: counted.registered,
        refused: counted.refused,
        ageless: counted.ageless,
        monthly: by_month.first().map_or(Rupiah::ZERO, |month| month.rupiah),
        total: Rupiah::sum(by_month.iter().map(|month| month.rupiah))?,
        worker: counted.worker,
        self_paid: counted.self_paid,
        other_reading: counted.other_reading,
        by_month,
        by_occupation: shares(&people.occupations, counted.by_occupation),
        by_village: shares(&people.villages, counted.by_village),
        lines,
        status,
        rulebook: rulebook.version().to_hex().into(),
    })
}

/// What each of a few scenarios costs, for laying them side by side.
///
/// # Errors
/// The first [`PlanRefusal`] in their order, of the first scenario that has one.
pub fn compare(
    people: &PlanPeople,
    scenarios: &[Scenario],
    rulebook: &Rulebook,
) -> Result<Vec<Forecast>, PlanRefusal> {
    if scenarios.is_empty() {
        return Err(PlanRefusal::NoMonths);
    }
    if scenarios.len() > SCENARIOS_MAX {
        return Err(PlanRefusal::TooManyScenarios);
    }
    scenarios.iter().map(|scenario| forecast(people, scenario, rulebook)).collect()
}

/// Sums over the cells.
struct Counted {
    registered: u64,
    refused: u64,
    ageless: u64,
    worker: Rupiah,
    self_paid: Rupiah,
    other_reading: Rupiah,
    /// People by base and by how many months they are paid for.
    people: Vec<Vec<u64>>,
    /// People by the month in which they complete the limit.
    reaching: HashMap<Month, u64>,
    by_occupation: Vec<(u64, Rupiah)>,
    by_village: Vec<(u64, Rupiah)>,
}

impl Counted {
    fn of(
        people: &PlanPeople,
        scenario: &Scenario,
        calendar: &Calendar,
        rates: &Rates,
    ) -> Result<Counted, PlanRefusal> {
        let cost = rates.prefixes(|month| month.each)?;
        let alone = rates.prefixes(|month| month.self_paid)?;
        let worker = rates.prefixes(|month| month.worker)?;
        let months = calendar.months.len();
        let mut counted = Counted {
            registered: 0,
            refused: 0,
            ageless: 0,
            worker: Rupiah::ZERO,
            self_paid: Rupiah::ZERO,
            other_reading: Rupiah::ZERO,
            people: vec![vec![0; months + 1]; people.bases.len()],
            reaching: HashMap::new(),
            by_occupation: vec![(0, Rupiah::ZERO); people.occupations.len()],
            by_village: vec![(0, Rupiah::ZERO); people.villages.len()],
        };
        for cell in people.chosen(scenario) {
            let paid = calendar.paid(cell.ageing);
            if paid == 0 {
                counted.refused += cell.people;
                continue;
            }
            let base = cell.base as usize;
            let count = i64::try_from(cell.people).map_err(|_| PlanRefusal::TooMuchMoney)?;
            let rupiah = cost[base][paid].times(count)?;
            counted.registered += cell.people;
            counted.people[base][paid] += cell.people;
            counted.self_paid = counted.self_paid.plus(alone[base][paid].times(count)?)?;
            counted.worker = counted.worker.plus(worker[base][paid].times(count)?)?;
            let other = calendar.paid_if(cell.ageing, !calendar.stays);
            counted.other_reading = counted.other_reading.plus(cost[base][other].times(count)?)?;
            match cell.ageing {
                None => counted.ageless += cell.people,
                Some(ageing) => {
                    let completed = calendar.limit_of(ageing);
                    *counted.reaching.entry(completed).or_default() += cell.people;
                }
            }
            let sums = [
                &mut counted.by_occupation[cell.occupation as usize],
                &mut counted.by_village[cell.village as usize],
            ];
            for sum in sums {
                *sum = (sum.0 + cell.people, sum.1.plus(rupiah)?);
            }
        }
        Ok(counted)
    }

    /// How many people of a base are paid for in the month at this place.
    fn in_month(&self, base: usize, at: usize) -> u64 {
        self.people[base][at + 1..].iter().sum()
    }
}

fn by_month(
    counted: &Counted,
    calendar: &Calendar,
    rates: &Rates,
) -> Result<Vec<PlanMonth>, PlanRefusal> {
    let mut months = Vec::with_capacity(calendar.months.len());
    for (at, month) in calendar.months.iter().enumerate() {
        let (mut people, mut rupiah) = (0, Rupiah::ZERO);
        for (base, rates) in rates.0.iter().enumerate() {
            let count = counted.in_month(base, at);
            people += count;
            let count = i64::try_from(count).map_err(|_| PlanRefusal::TooMuchMoney)?;
            rupiah = rupiah.plus(rates[at].each.times(count)?)?;
        }
        let leaving =
            if at == 0 { 0 } else { counted.people.iter().map(|by_paid| by_paid[at]).sum() };
        let reaching = counted.reaching.get(month).copied().unwrap_or(0);
        months.push(PlanMonth { month: *month, people, reaching, leaving, rupiah });
    }
    Ok(months)
}

/// One line for every rate and article, over the months in which it stays the same.
fn lines(
    counted: &Counted,
    calendar: &Calendar,
    rates: &Rates,
) -> Result<Vec<PlanLine>, PlanRefusal> {
    let mut lines: Vec<PlanLine> = Vec::new();
    for (base, by_month) in rates.0.iter().enumerate() {
        // A line of this base may go on; those of other bases are closed.
        let own = lines.len();
        for (at, month) in calendar.months.iter().enumerate() {
            let count = counted.in_month(base, at);
            if count == 0 {
                continue;
            }
            for rate in &by_month[at].rates {
                let open = lines[own..].iter_mut().rev().find(|line| line.scheme == rate.scheme);
                match open {
                    Some(line) if line.goes_on(rate) => line.add(*month, count)?,
                    _ => lines.push(PlanLine::of(rate, *month, count)?),
                }
            }
        }
    }
    lines.sort_by_key(|line| (line.scheme, line.first, line.each));
    Ok(lines)
}

impl PlanLine {
    fn of(rate: &Rate, month: Month, people: u64) -> Result<PlanLine, PlanRefusal> {
        let mut line = PlanLine {
            scheme: rate.scheme,
            first: month,
            last: month,
            person_months: 0,
            each: rate.rupiah,
            rupiah: Rupiah::ZERO,
            rule: Arc::clone(&rate.rule),
            article: Arc::clone(&rate.article),
            status: rate.status,
            relief: rate.relief.clone(),
        };
        line.add(month, people)?;
        Ok(line)
    }

    fn goes_on(&self, rate: &Rate) -> bool {
        (self.each, &self.rule, &self.relief) == (rate.rupiah, &rate.rule, &rate.relief)
    }

    fn add(&mut self, month: Month, people: u64) -> Result<(), PlanRefusal> {
        let count = i64::try_from(people).map_err(|_| PlanRefusal::TooMuchMoney)?;
        self.last = month;
        self.person_months += people;
        self.rupiah = self.rupiah.plus(self.each.times(count)?)?;
        Ok(())
    }
}

fn shares<K: Clone>(keys: &[K], sums: Vec<(u64, Rupiah)>) -> Vec<Share<K>> {
    let pairs = keys.iter().zip(sums).filter(|(_, (people, _))| *people > 0);
    pairs.map(|(key, (people, rupiah))| Share { key: key.clone(), people, rupiah }).collect()
}
