//! How many people, or how many months, a sum pays for.

use std::collections::BTreeMap;

use base::{Month, Ppm, Rupiah};

use super::{Crowds, Kind, QuoteGroup, QuoteQuery, QuoteWarning, Tally, grown};
use crate::rule::RuleStatus;
use crate::rulebook::{RuleGap, Rulebook};

/// How many people a sum pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleForBudget {
    /// In all.
    pub people_max: u64,
    /// Of each group, in the first month, in the order of the question: the earlier group is
    /// served first.
    pub by_group: Vec<u64>,
    /// What they cost.
    pub total: Rupiah,
    /// What is left: less than one more person would cost, unless people leave at the age limit.
    pub leftover: Rupiah,
    /// What may go wrong.
    pub warnings: Vec<QuoteWarning>,
}

/// How many months a sum pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthsForBudget {
    /// Whole months from the first on.
    pub months_max: u32,
    /// What they cost.
    pub total: Rupiah,
    /// What is left; less than one more month would cost.
    pub leftover: Rupiah,
    /// What may go wrong.
    pub warnings: Vec<QuoteWarning>,
}

/// Nobody plans beyond a century, and a month that costs nothing would never end.
const MONTHS_MAX: i32 = 1_200; // not law: months in a century

impl Rulebook {
    /// How many people a sum pays for over the months, group by group in order.
    ///
    /// # Errors
    /// As [`Rulebook::quote`], or when the sum is below nothing.
    pub fn people_for_budget(
        &self,
        budget: Rupiah,
        groups: &[QuoteGroup],
        spans: &[(Month, Month)],
        growth: Ppm,
    ) -> Result<PeopleForBudget, RuleGap> {
        if budget < Rupiah::ZERO {
            return Err(RuleGap::AmountNegative);
        }
        let spans = super::merged(spans);
        let mut left = i128::from(budget.0);
        let mut by_group = Vec::with_capacity(groups.len());
        // People alike grow together, as they do in the forward way.
        let mut served: BTreeMap<Kind, u64> = BTreeMap::new();
        for group in groups {
            let yearly = self.cost_of_one_by_year(group, &spans)?;
            let cost = |people: u64| -> i128 {
                let years = yearly.iter().zip(0..);
                years.map(|(each, year)| i128::from(grown(people, growth, year)) * each).sum()
            };
            let before = served.entry(self.kind_of(group, &spans)).or_default();
            let more = |people: u64| cost(before.saturating_add(people)) - cost(*before);
            let people = most(group.people, |people| more(people) <= left);
            left -= more(people);
            *before = before.saturating_add(people);
            by_group.push(people);
        }
        let people_max = by_group.iter().copied().fold(0, u64::saturating_add);
        let served = groups.iter().zip(&by_group).map(|(group, &people)| QuoteGroup {
            people,
            // Of a group served in part nobody knows whom the money would serve.
            births: if people == group.people { group.births.clone() } else { Vec::new() },
            ..group.clone()
        });
        let query = QuoteQuery { groups: served.collect(), spans, growth };
        let quote = self.quote(&query)?;
        let (total, mut warnings) = (quote.total, quote.warnings);
        warnings.retain(|warning| !matches!(warning, QuoteWarning::AgeLimit { .. }));
        let everybody = QuoteQuery { groups: groups.to_vec(), ..query };
        self.warn_of_ages(&everybody, &everybody.spans, &mut warnings)?;
        let leftover = budget.minus(total)?;
        Ok(PeopleForBudget { people_max, by_group, total, leftover, warnings })
    }

    /// How many whole months, from the first on, a sum pays for.
    ///
    /// # Errors
    /// As [`Rulebook::quote`], or when the sum is below nothing.
    pub fn months_for_budget(
        &self,
        budget: Rupiah,
        groups: &[QuoteGroup],
        first: Month,
        growth: Ppm,
    ) -> Result<MonthsForBudget, RuleGap> {
        if budget < Rupiah::ZERO {
            return Err(RuleGap::AmountNegative);
        }
        let crowds = self.crowds(groups, &[(first, first.plus(MONTHS_MAX - 1))]);
        let mut tally = Tally { status: RuleStatus::Confirmed, open: Vec::new() };
        let mut total = Rupiah::ZERO;
        let mut months = 0;
        while months < MONTHS_MAX {
            let month = first.plus(months);
            let asked = Crowds { crowds: &crowds, spans: &[(first, month)], growth };
            let monthly = self.month_of(asked, 0, month, &mut tally)?.rupiah;
            let with = total.plus(monthly)?;
            if with > budget || monthly == Rupiah::ZERO {
                break;
            }
            total = with;
            months += 1;
        }
        let warnings = if months == 0 {
            Vec::new()
        } else {
            let spans = vec![(first, first.plus(months - 1))];
            self.quote(&QuoteQuery { groups: groups.to_vec(), spans, growth })?.warnings
        };
        let leftover = budget.minus(total)?;
        Ok(MonthsForBudget { months_max: months.unsigned_abs(), total, leftover, warnings })
    }

    /// What one person of a group costs in each year from the first month on.
    fn cost_of_one_by_year(
        &self,
        group: &QuoteGroup,
        spans: &[(Month, Month)],
    ) -> Result<Vec<i128>, RuleGap> {
        let mut yearly = Vec::new();
        let Some(&(first, _)) = spans.first() else { return Ok(yearly) };
        for month in spans.iter().flat_map(|(from, to)| from.through(*to)) {
            let year = usize::try_from(first.months_until(month) / 12).unwrap_or(0);
            yearly.resize(yearly.len().max(year + 1), 0);
            yearly[year] += i128::from(Kind::of(group).paid(self, month)?.payer_total().0);
        }
        Ok(yearly)
    }
}

/// The greatest number up to a limit that still fits, where every lesser one fits too.
fn most(limit: u64, fits: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, limit);
    while low < high {
        let middle = high - (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle - 1 }
    }
    low
}
