//! What may go wrong with a plan, found from its months, payers and people.

use std::collections::BTreeMap;

use base::{Month, Rupiah};

use super::{Crowds, Kind, Quote, QuoteGroup, QuoteQuery};
use crate::contribution::{Base, ReliefEffect};
use crate::payer::Payer;
use crate::rule::RuleId;
use crate::rulebook::{RuleGap, Rulebook};
use crate::scheme::Scheme;

/// What may go wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuoteWarning {
    /// So few months in a row that hardly any death in them pays in full.
    SponsorTrap {
        /// The first month of the tranche.
        first: Month,
        /// Its months.
        months: i64,
        /// Consecutive months that the full benefit asks for.
        required: i64,
        /// The full benefit.
        full: Rupiah,
        /// What is paid instead.
        reduced: Rupiah,
    },
    /// Months between two spans that nobody pays for.
    CoverGap {
        /// The first unpaid month.
        from: Month,
        /// The last unpaid month.
        to: Month,
        /// Whether the year, and with it the budget, changes in the gap.
        fiscal_year: bool,
        /// Whether the gap is longer than the grace period, so that cover lapses.
        lapses: bool,
    },
    /// The purse pays only for people who are not registered yet.
    NotYetRegisteredOnly {
        /// The purse.
        payer: Payer,
    },
    /// A relief is in force that this purse does not get: its budget must stay whole.
    ReliefNotForPayer {
        /// The purse.
        payer: Payer,
        /// The first month of it.
        first: Month,
        /// The last month of it.
        last: Month,
    },
    /// The budget would do only if the relief held, which this payer does not get.
    BudgetHalved {
        /// The budget.
        budget: Rupiah,
        /// What is needed.
        needed: Rupiah,
    },
    /// People reach the age limit: after a lapse they cannot come back.
    AgeLimit {
        /// How many.
        people: u64,
        /// How many of them are past it before the first month, and cannot be registered.
        refused: u64,
    },
    /// The same people cost something else from a month on.
    CostChange {
        /// The first month of the new cost.
        month: Month,
        /// What the month before costs, for the people of the first month.
        before: Rupiah,
        /// What the month costs for them.
        after: Rupiah,
    },
    /// An open parameter decided.
    RuleOpen {
        /// The rule.
        rule: RuleId,
    },
}

impl QuoteWarning {
    /// Every code, in order.
    pub const NAMES: &'static [&'static str] = &[
        "SPONSOR_TRAP",
        "FISCAL_YEAR_GAP",
        "COVER_GAP",
        "NOT_YET_REGISTERED_ONLY",
        "RELIEF_NOT_FOR_PAYER",
        "BUDGET_HALVED",
        "AGE_LIMIT",
        "COST_CHANGE",
        "RULE_OPEN",
    ];

    /// The stable code.
    pub fn name(&self) -> &'static str {
        match self {
            QuoteWarning::SponsorTrap { .. } => "SPONSOR_TRAP",
            QuoteWarning::CoverGap { fiscal_year: true, .. } => "FISCAL_YEAR_GAP",
            QuoteWarning::CoverGap { .. } => "COVER_GAP",
            QuoteWarning::NotYetRegisteredOnly { .. } => "NOT_YET_REGISTERED_ONLY",
            QuoteWarning::ReliefNotForPayer { .. } => "RELIEF_NOT_FOR_PAYER",
            QuoteWarning::BudgetHalved { .. } => "BUDGET_HALVED",
            QuoteWarning::AgeLimit { .. } => "AGE_LIMIT",
            QuoteWarning::CostChange { .. } => "COST_CHANGE",
            QuoteWarning::RuleOpen { .. } => "RULE_OPEN",
        }
    }
}

impl Quote {
    /// Whether a budget forgets that this payer gets no relief: enough for who pays for
    /// themselves, too little for this plan.
    pub fn budget_warning(&self, budget: Rupiah) -> Option<QuoteWarning> {
        let halved = budget < self.total && budget >= self.total_self_paid;
        halved.then_some(QuoteWarning::BudgetHalved { budget, needed: self.total })
    }
}

impl Rulebook {
    pub(super) fn quote_warnings(
        &self,
        query: &QuoteQuery,
        quote: &Quote,
        asked: Crowds<'_>,
        open: Vec<RuleId>,
    ) -> Result<Vec<QuoteWarning>, RuleGap> {
        let spans = asked.spans;
        let mut warnings = Vec::new();
        self.warn_of_traps(query, spans, &mut warnings)?;
        self.warn_of_gaps(spans, &mut warnings)?;
        self.warn_of_purses(asked, &mut warnings)?;
        self.warn_of_ages(query, spans, &mut warnings)?;
        self.warn_of_changes(quote, asked, &mut warnings)?;
        warnings.extend(open.into_iter().map(|rule| QuoteWarning::RuleOpen { rule }));
        Ok(warnings)
    }

    fn warn_of_traps(
        &self,
        query: &QuoteQuery,
        spans: &[(Month, Month)],
        warnings: &mut Vec<QuoteWarning>,
    ) -> Result<(), RuleGap> {
        let in_jkm = |group: &&QuoteGroup| group.schemes.contains(Scheme::Jkm);
        let earns_none = |group: &QuoteGroup| matches!(group.base, Base::Bpu { .. });
        let jkm = || query.groups.iter().filter(in_jkm);
        for &(first, last) in spans {
            let day = last.last_day();
            // Whether months are asked of wage earners at all is a parameter of its own (P1).
            let of_all = self.choice(self.known.jkm_months_whom, day);
            let of_all = of_all.is_ok_and(|(whom, _)| whom == "all");
            if !jkm().any(|group| of_all || earns_none(group)) {
                continue;
            }
            let (required, _) = self.number(self.known.jkm_months, day)?;
            let months = i64::from(first.months_until(last)) + 1;
            // The month of death itself does not count, so so many months hardly buy any full one.
            if months <= required {
                let (lump, _) = self.number(self.known.jkm_lump, day)?;
                let (monthly, _) = self.number(self.known.jkm_periodic, day)?;
                let (count, _) = self.number(self.known.jkm_periodic_months, day)?;
                let (burial, _) = self.number(self.known.jkm_burial, day)?;
                let full = Rupiah(monthly).times(count)?.plus(Rupiah(lump))?;
                let (full, reduced) = (full.plus(Rupiah(burial))?, Rupiah(burial));
                warnings.push(QuoteWarning::SponsorTrap { first, months, required, full, reduced });
            }
        }
        Ok(())
    }

    fn warn_of_gaps(
        &self,
        spans: &[(Month, Month)],
        warnings: &mut Vec<QuoteWarning>,
    ) -> Result<(), RuleGap> {
        for pair in spans.windows(2) {
            let (until, again) = (pair[0].1, pair[1].0);
            let (from, to) = (until.plus(1), again.plus(-1));
            let (bearable, _) = self.number(self.known.grace, to.last_day())?;
            let lapses = i64::from(until.months_until(again)) - 1 > bearable;
            let fiscal_year = until.year() != again.year();
            warnings.push(QuoteWarning::CoverGap { from, to, fiscal_year, lapses });
        }
        Ok(())
    }

    fn warn_of_purses(
        &self,
        asked: Crowds<'_>,
        warnings: &mut Vec<QuoteWarning>,
    ) -> Result<(), RuleGap> {
        let Some(&(from, _)) = asked.spans.first() else { return Ok(()) };
        // Whatever the income, these decide about a relief.
        let alike = |kind: &Kind| (kind.payer, kind.base.without_amount(), kind.schemes);
        let kinds: BTreeMap<_, Kind> =
            asked.crowds.keys().map(|kind| (alike(kind), *kind)).collect();
        let mut payers: BTreeMap<Payer, Option<(Month, Month)>> = BTreeMap::new();
        for kind in kinds.into_values() {
            let left_out = payers.entry(kind.payer).or_default();
            for month in asked.spans.iter().flat_map(|(from, to)| from.through(*to)) {
                let lines = kind.paid(self, month)?.lines;
                let excluded = lines.iter().filter_map(|line| line.relief);
                if excluded.into_iter().any(|note| note.effect == ReliefEffect::ExcludedByPayer) {
                    let (first, last) = left_out.unwrap_or((month, month));
                    *left_out = Some((first.min(month), last.max(month)));
                }
            }
        }
        let only = self.entry(self.known.unregistered_only, from.first_day());
        for (payer, left_out) in payers {
            if only.is_some_and(|entry| entry.row(payer.name()).is_some()) {
                warnings.push(QuoteWarning::NotYetRegisteredOnly { payer });
            }
            if let Some((first, last)) = left_out {
                warnings.push(QuoteWarning::ReliefNotForPayer { payer, first, last });
            }
        }
        Ok(())
    }

    pub(super) fn warn_of_ages(
        &self,
        query: &QuoteQuery,
        spans: &[(Month, Month)],
        warnings: &mut Vec<QuoteWarning>,
    ) -> Result<(), RuleGap> {
        let births = || query.groups.iter().flat_map(|group| &group.births);
        let Some((&(first, _), &(_, last))) = spans.first().zip(spans.last()) else {
            return Ok(());
        };
        if births().next().is_none() {
            return Ok(());
        }
        let (limit, _) = self.number(self.known.age_limit, first.first_day())?;
        let past = |day| births().filter(|birth| i64::from(birth.age_on(day)) >= limit).count();
        let (people, refused) = (past(last.last_day()) as u64, past(first.first_day()) as u64);
        if people > 0 {
            warnings.push(QuoteWarning::AgeLimit { people, refused });
        }
        Ok(())
    }

    fn warn_of_changes(
        &self,
        quote: &Quote,
        asked: Crowds<'_>,
        warnings: &mut Vec<QuoteWarning>,
    ) -> Result<(), RuleGap> {
        let mut before: Option<Rupiah> = None;
        // A change of price is one for the same people, so growth and leavers are left aside.
        for month in quote.by_month.iter().map(|month| month.month) {
            let mut cost = Rupiah::ZERO;
            for (kind, crowd) in asked.crowds {
                let people = i64::try_from(crowd.people).map_err(|_| RuleGap::AmountTooLarge)?;
                let each = kind.paid(self, month)?.payer_total();
                cost = cost.plus(each.times(people)?)?;
            }
            if let Some(before) = before.filter(|before| *before != cost) {
                warnings.push(QuoteWarning::CostChange { month, before, after: cost });
            }
            before = Some(cost);
        }
        Ok(())
    }
}
