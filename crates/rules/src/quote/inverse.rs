//! How many people, or how many months, a sum pays for.

use base::{Month, Ppm, Rupiah};

use super::{Kind, QuoteGroup, QuoteQuery, QuoteWarning};
use crate::rulebook::{RuleGap, Rulebook};

/// How many people a sum pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleForBudget {
    /// In all.
    pub people_max: u64,
    /// Of each group, in the order of the question: the earlier group is served first.
    pub by_group: Vec<u64>,
    /// What they cost.
    pub total: Rupiah,
    /// What is left; less than one more person would cost.
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
    ) -> Result<PeopleForBudget, RuleGap> {
        if budget < Rupiah::ZERO {
            return Err(RuleGap::AmountNegative);
        }
        let mut left = budget.0;
        let mut by_group = Vec::with_capacity(groups.len());
        let spans = super::merged(spans);
        for group in groups {
            let each = self.cost_of_one(group, &spans)?;
            let affordable = left.checked_div(each.0).map_or(u64::MAX, i64::unsigned_abs);
            let people = affordable.min(group.people);
            // Affordable people cost at most what is left, so neither product nor rest can wrap.
            left -= each.0 * i64::try_from(people).unwrap_or(0);
            by_group.push(people);
        }
        let people_max = by_group.iter().copied().fold(0, u64::saturating_add);
        let served = groups.iter().zip(&by_group).map(|(group, people)| QuoteGroup {
            people: *people,
            births: Vec::new(),
            ..group.clone()
        });
        let query = QuoteQuery { groups: served.collect(), spans, growth: Ppm(0) };
        let quote = self.quote(&query)?;
        let (total, leftover) = (quote.total, Rupiah(left));
        Ok(PeopleForBudget { people_max, by_group, total, leftover, warnings: quote.warnings })
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
    ) -> Result<MonthsForBudget, RuleGap> {
        if budget < Rupiah::ZERO {
            return Err(RuleGap::AmountNegative);
        }
        let mut total = Rupiah::ZERO;
        let mut months = 0;
        while months < MONTHS_MAX {
            let month = first.plus(months);
            let mut monthly = Rupiah::ZERO;
            for group in groups {
                let people = i64::try_from(group.people).map_err(|_| RuleGap::AmountTooLarge)?;
                let each = self.bpu_contribution(&Kind::of(group).query(month))?.total;
                monthly = monthly.plus(each.times(people)?)?;
            }
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
            let query = QuoteQuery { groups: groups.to_vec(), spans, growth: Ppm(0) };
            self.quote(&query)?.warnings
        };
        let leftover = budget.minus(total)?;
        Ok(MonthsForBudget { months_max: months.unsigned_abs(), total, leftover, warnings })
    }

    fn cost_of_one(&self, group: &QuoteGroup, spans: &[(Month, Month)]) -> Result<Rupiah, RuleGap> {
        let mut sum = Rupiah::ZERO;
        for month in spans.iter().flat_map(|(from, to)| from.through(*to)) {
            let each = self.bpu_contribution(&Kind::of(group).query(month))?;
            sum = sum.plus(each.total)?;
        }
        Ok(sum)
    }
}
