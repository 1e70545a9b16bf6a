//! What people cost over months, and the other way round: how many people, or months, for a sum.
//!
//! A quote says what it costs and what would go wrong: cover too short for the full death benefit,
//! gaps, people past the age limit, a relief that the government does not get.

use std::collections::{BTreeMap, HashMap};

use base::{Day, Month, Ppm, Rupiah};

use crate::contribution::{Base, Contribution};
use crate::payer::Payer;
use crate::rule::{Entry, RuleId, RuleStatus, Value};
use crate::rulebook::{RuleGap, Rulebook};
use crate::scheme::Schemes;

mod inverse;
#[cfg(test)]
mod tests;
mod warnings;

pub use inverse::{MonthsForBudget, PeopleForBudget};
pub use warnings::QuoteWarning;

/// People alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteGroup {
    /// How many; for [`Rulebook::people_for_budget`] the most there are.
    pub people: u64,
    /// What each one's contribution is computed from.
    pub base: Base,
    /// The programmes.
    pub schemes: Schemes,
    /// Who pays; of a wage earner's contribution only what the worker does not bear.
    pub payer: Payer,
    /// Days of birth, as far as they are known, at most one for each.
    pub births: Vec<Day>,
}

/// Groups, months and growth, as a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteQuery {
    /// Who.
    pub groups: Vec<QuoteGroup>,
    /// The months paid for: spans of first and last month, in order; what lies between is a gap.
    pub spans: Vec<(Month, Month)>,
    /// How much the groups grow each year, counted from the first month.
    pub growth: Ppm,
}

/// What it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// People in the first month.
    pub people: u64,
    /// Months paid for.
    pub months: u64,
    /// What the first month costs.
    pub monthly: Rupiah,
    /// What all months cost.
    pub total: Rupiah,
    /// What they would cost if everybody paid for themselves.
    pub total_self_paid: Rupiah,
    /// Month by month.
    pub by_month: Vec<QuoteMonth>,
    /// What may go wrong.
    pub warnings: Vec<QuoteWarning>,
    /// The weakest status among the contributions.
    pub status: RuleStatus,
}

/// What one month costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuoteMonth {
    /// The month.
    pub month: Month,
    /// People paid for.
    pub people: u64,
    /// What they cost.
    pub rupiah: Rupiah,
    /// What they would cost if everybody paid for themselves.
    pub self_paid: Rupiah,
}

/// Everything that makes two people cost the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Kind {
    base: Base,
    schemes: Schemes,
    payer: Payer,
}

/// People of one kind.
#[derive(Default)]
struct Crowd {
    people: u64,
    births: Vec<Day>,
}

/// Who is asked about, and when.
#[derive(Clone, Copy)]
struct Crowds<'a> {
    crowds: &'a BTreeMap<Kind, Crowd>,
    spans: &'a [(Month, Month)],
    growth: Ppm,
}

/// How well the sums so far are known, and the open rules that decided.
struct Tally {
    status: RuleStatus,
    open: Vec<RuleId>,
}

impl Tally {
    fn doubt(&mut self, rule: &RuleId) {
        if !self.open.contains(rule) {
            self.open.push(rule.clone());
        }
    }
}

impl Kind {
    fn of(group: &QuoteGroup) -> Kind {
        let QuoteGroup { base, schemes, payer, .. } = *group;
        Kind { base, schemes, payer }
    }

    /// What one person costs in a month.
    fn paid(self, rulebook: &Rulebook, month: Month) -> Result<Contribution<'_>, RuleGap> {
        rulebook.contribution(&self.base.query((self.schemes, self.payer), month))
    }
}

impl Rulebook {
    /// What groups of people cost over months: of wage earners, what the payer bears.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies in one of the months, or a group asks for a programme that
    /// there is not.
    ///
    /// # Source
    /// As [`Rulebook::contribution`]; who leaves at the age limit is an open parameter (P4).
    pub fn quote(&self, query: &QuoteQuery) -> Result<Quote, RuleGap> {
        let spans = merged(&query.spans);
        let crowds = self.crowds(&query.groups, &spans);
        let asked = Crowds { crowds: &crowds, spans: &spans, growth: query.growth };
        let mut quote = Quote {
            people: 0,
            months: 0,
            monthly: Rupiah::ZERO,
            total: Rupiah::ZERO,
            total_self_paid: Rupiah::ZERO,
            by_month: Vec::new(),
            warnings: Vec::new(),
            status: RuleStatus::Confirmed,
        };
        let mut tally = Tally { status: RuleStatus::Confirmed, open: Vec::new() };
        for (index, &(from, to)) in spans.iter().enumerate() {
            for month in from.through(to) {
                let sums = self.month_of(asked, index, month, &mut tally)?;
                quote.total = quote.total.plus(sums.rupiah)?;
                quote.total_self_paid = quote.total_self_paid.plus(sums.self_paid)?;
                quote.by_month.push(sums);
            }
        }
        quote.status = tally.status;
        let opening = quote.by_month.first().copied();
        quote.people = opening.map_or(0, |month| month.people);
        quote.monthly = opening.map_or(Rupiah::ZERO, |month| month.rupiah);
        quote.months = quote.by_month.len() as u64;
        quote.warnings = self.quote_warnings(query, &quote, asked, tally.open)?;
        Ok(quote)
    }

    /// What one month costs, in the span with this index.
    fn month_of(
        &self,
        asked: Crowds<'_>,
        span: usize,
        month: Month,
        tally: &mut Tally,
    ) -> Result<QuoteMonth, RuleGap> {
        let first = asked.spans[0].0;
        let years = u32::try_from(first.months_until(month) / 12).unwrap_or(0);
        let mut sums =
            QuoteMonth { month, people: 0, rupiah: Rupiah::ZERO, self_paid: Rupiah::ZERO };
        for (kind, crowd) in asked.crowds {
            let (gone, doubt) = self.past_limit(crowd, asked.spans, span, month)?;
            if let Some(rule) = doubt {
                tally.status = tally.status.weaker(rule.citation.status);
                if rule.citation.status == RuleStatus::Open {
                    tally.doubt(&rule.rule);
                }
            }
            let people = grown(crowd.people, asked.growth, years).saturating_sub(gone);
            self.add_kind(*kind, people, &mut sums, tally)?;
        }
        Ok(sums)
    }

    fn add_kind(
        &self,
        kind: Kind,
        people: u64,
        sums: &mut QuoteMonth,
        tally: &mut Tally,
    ) -> Result<(), RuleGap> {
        let count = i64::try_from(people).map_err(|_| RuleGap::AmountTooLarge)?;
        let asked = (kind.schemes, kind.payer);
        let (each, alone) = self.month_of_base(kind.base, asked, sums.month)?;
        tally.status = tally.status.weaker(each.status);
        each.lines.iter().filter_map(|line| line.open).for_each(|rule| tally.doubt(rule));
        sums.people = sums.people.saturating_add(people);
        sums.rupiah = sums.rupiah.plus(each.payer_total().times(count)?)?;
        sums.self_paid = sums.self_paid.plus(alone.times(count)?)?;
        Ok(())
    }

    /// People counted by kind; incomes of one tier are one kind, so a million people are a few.
    fn crowds(&self, groups: &[QuoteGroup], spans: &[(Month, Month)]) -> BTreeMap<Kind, Crowd> {
        // Hashed while people are counted, which is twice as fast; in order once they are few.
        let mut crowds: HashMap<Kind, Crowd> = HashMap::new();
        for group in groups {
            let crowd = crowds.entry(self.kind_of(group, spans)).or_default();
            crowd.people = crowd.people.saturating_add(group.people);
            crowd.births.extend_from_slice(&group.births);
        }
        crowds.into_iter().collect()
    }

    /// The kind of a group's people, as it is counted over the months.
    fn kind_of(&self, group: &QuoteGroup, spans: &[(Month, Month)]) -> Kind {
        let days = spans.first().zip(spans.last());
        let days = days.map(|((from, _), (_, to))| (from.first_day(), to.first_day()));
        let base = match group.base {
            Base::Bpu { income, sector } => {
                Base::Bpu { income: self.same_tier_income(income, days), sector }
            }
            wage @ Base::Pu { .. } => wage,
        };
        Kind { base, ..Kind::of(group) }
    }

    /// The least income that costs the same on all days, as long as one table holds on them.
    fn same_tier_income(&self, income: Rupiah, days: Option<(Day, Day)>) -> Rupiah {
        let Some((from, to)) = days else { return income };
        let (first, last) =
            (self.entry(self.known.jkk_bpu, from), self.entry(self.known.jkk_bpu, to));
        let Some(table) = first.filter(|first| last.is_some_and(|last| last.rule == first.rule))
        else {
            return income;
        };
        let Value::Brackets(brackets) = &table.value else { return income };
        let after = brackets.partition_point(|bracket| bracket.income_from <= income);
        let Some(below) = after.checked_sub(1).map(|index| &brackets[index]) else {
            return income;
        };
        match below.income_to {
            Some(to) if income > to => Rupiah(to.0 + 1),
            _ => below.income_from,
        }
    }

    /// How many of a crowd are no longer paid for in a month because of their age, and the rule
    /// that another reading of would give another number.
    fn past_limit(
        &self,
        crowd: &Crowd,
        spans: &[(Month, Month)],
        span: usize,
        month: Month,
    ) -> Result<(u64, Option<&Entry>), RuleGap> {
        if crowd.births.is_empty() {
            return Ok((0, None));
        }
        let (word, rule) = self.choice(self.known.stay_past_limit, month.first_day())?;
        let past = |day: Day| -> Result<u64, RuleGap> {
            let (limit, _) = self.number(self.known.age_limit, day)?;
            let past = crowd.births.iter().filter(|birth| i64::from(birth.age_on(day)) >= limit);
            Ok(past.count() as u64)
        };
        let (leaving, staying) =
            (past(month.first_day())?, past(self.last_registration(spans, span)?)?);
        let gone = if word == "leave-at-limit" { leaving } else { staying };
        // The doubt weighs only where the two readings differ.
        Ok((gone, (leaving != staying).then_some(rule)))
    }

    /// The day on which people must last have registered: the first, or after a gap that lapses.
    fn last_registration(&self, spans: &[(Month, Month)], span: usize) -> Result<Day, RuleGap> {
        for index in (1..=span).rev() {
            let (until, again) = (spans[index - 1].1, spans[index].0);
            let (bearable, _) = self.number(self.known.grace, again.first_day())?;
            if i64::from(until.months_until(again)) - 1 > bearable {
                return Ok(again.first_day());
            }
        }
        Ok(spans[0].0.first_day())
    }
}

/// Spans in order, those that touch made one.
fn merged(spans: &[(Month, Month)]) -> Vec<(Month, Month)> {
    let mut sorted: Vec<(Month, Month)> =
        spans.iter().copied().filter(|(from, to)| from <= to).collect();
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

/// People after so many years of growth, whole people only; no more than can be counted.
fn grown(people: u64, growth: Ppm, years: u32) -> u64 {
    const WHOLE: i128 = 1_000_000; // not law: parts per million
    let mut now = people;
    for _ in 0..years {
        let next = i128::from(now) + i128::from(now) * i128::from(growth.0) / WHOLE;
        now = u64::try_from(next.max(0)).unwrap_or(u64::MAX);
    }
    now
}
