//! What a month costs for somebody who earns no wage (BPU), line by line, each with its rule.
//!
//! The contribution follows the month it is for, whenever it is paid.

use base::{Day, Month, Ppm, Rounding, Rupiah};

use crate::payer::{GovernmentPaid, Payer};
use crate::rule::{Bracket, Citation, Entry, RuleId, RuleStatus};
use crate::rulebook::{RuleGap, Rulebook, id, weakest};
use crate::scheme::{Scheme, Schemes, WorkSector};

#[cfg(test)]
mod tests;

/// Parts in a whole, for rates in parts per million.
const WHOLE_PPM: i64 = 1_000_000; // not law: parts per million

/// One person's month, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BpuQuery {
    /// The income the person reports, or the sponsor for them.
    ///
    /// # Units
    /// Whole rupiah in a month.
    pub income: Rupiah,
    /// The programmes the person is in.
    pub schemes: Schemes,
    /// The month the contribution is for.
    pub month: Month,
    /// Who pays.
    pub payer: Payer,
    /// The sector of work.
    pub sector: WorkSector,
}

/// One person's month, answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution<'a> {
    /// What is to be paid: the sum of the lines.
    pub total: Rupiah,
    /// One line per programme, in the order of [`Scheme::ALL`].
    pub lines: Vec<ContributionLine<'a>>,
    /// The amount the income counts as.
    pub base: Rupiah,
    /// The printed number of the tier the income falls in.
    pub tier: u32,
    /// The weakest status among the lines.
    pub status: RuleStatus,
}

/// What one programme costs, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContributionLine<'a> {
    /// The programme.
    pub scheme: Scheme,
    /// What is to be paid, after relief.
    pub rupiah: Rupiah,
    /// The rule the amount follows.
    pub rule: &'a RuleId,
    /// Its instrument and article, as people write them.
    pub article: &'a str,
    /// The weakest status among everything the amount went through.
    pub status: RuleStatus,
    /// The relief that met this line, applied or not.
    pub relief: Option<ReliefNote<'a>>,
    /// The open parameter that decided, when one did.
    pub open: Option<&'a RuleId>,
}

/// A relief that was in force for this programme, month and sector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReliefNote<'a> {
    /// The relief.
    pub rule: &'a RuleId,
    /// The article that grants it, or the one that leaves this payer out.
    pub article: &'a str,
    /// How well that article is known.
    pub status: RuleStatus,
    /// What it did.
    pub effect: ReliefEffect,
}

/// What a relief did to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReliefEffect {
    /// It took something off.
    Applied {
        /// The contribution without the relief.
        before: Rupiah,
        /// What it took off.
        remitted: Rupiah,
    },
    /// Nothing: the relief leaves out what the government pays.
    ExcludedByPayer,
}

/// The tier an income falls in, and the open rule that chose it, if one had to.
struct Tier<'a> {
    entry: &'a Entry,
    bracket: &'a Bracket,
    chosen_by: Option<&'a Entry>,
}

/// An amount on its way to a line.
struct Amount<'a> {
    rupiah: Rupiah,
    entry: &'a Entry,
    status: RuleStatus,
    open: Option<&'a RuleId>,
}

impl Rulebook {
    /// What one month costs for somebody who earns no wage.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies in the month, or the income is below nothing.
    ///
    /// # Source
    /// PP 44/2015 (JKK, JKM) and PP 46/2015 (JHT), with the reliefs of PP 49/2020 and PP 50/2025;
    /// the files name the articles.
    pub fn bpu_contribution(&self, query: &BpuQuery) -> Result<Contribution<'_>, RuleGap> {
        let day = query.month.first_day();
        let tier = self.bpu_tier(query.income, query.month, day)?;
        let mut lines = Vec::with_capacity(query.schemes.len());
        let mut total = Rupiah::ZERO;
        for scheme in query.schemes.iter() {
            let amount = self.bpu_amount(scheme, &tier, query.month, day)?;
            let line = self.relieve(scheme, amount, query, day)?;
            total = total.plus(line.rupiah).map_err(|_| RuleGap::AmountTooLarge)?;
            lines.push(line);
        }
        let status = weakest(lines.iter().map(|line| line.status));
        Ok(Contribution { total, lines, base: tier.bracket.base, tier: tier.bracket.no, status })
    }

    fn bpu_tier(&self, income: Rupiah, month: Month, day: Day) -> Result<Tier<'_>, RuleGap> {
        if income < Rupiah::ZERO {
            return Err(RuleGap::IncomeNegative);
        }
        let none = RuleGap::NoRule { parameter: id::JKK_BPU, month };
        let entry = self.entry(self.known.jkk_bpu, day).ok_or(none)?;
        let brackets = entry.brackets();
        let after = brackets.partition_point(|bracket| bracket.income_from <= income);
        // The loader sees to it that the first step begins at nothing, so one lies before.
        let below = &brackets[after - 1];
        if below.income_to.is_none_or(|to| income <= to) {
            return Ok(Tier { entry, bracket: below, chosen_by: None });
        }
        let none = RuleGap::NoRule { parameter: id::BRACKET_GAP, month };
        let rule = self.entry(self.known.bracket_gap, day).ok_or(none)?;
        let bracket = match rule.choice() {
            Some("upper-tier") => brackets.get(after).unwrap_or(below),
            _ => below,
        };
        Ok(Tier { entry, bracket, chosen_by: Some(rule) })
    }

    fn bpu_amount<'a>(
        &'a self,
        scheme: Scheme,
        tier: &Tier<'a>,
        month: Month,
        day: Day,
    ) -> Result<Amount<'a>, RuleGap> {
        let (parameter, name) = match scheme {
            Scheme::Jkk => return Ok(tiered(tier.bracket.rupiah, tier.entry, tier)),
            Scheme::Jkm => (self.known.jkm_bpu, id::JKM_BPU),
            Scheme::Jht => (self.known.jht_bpu, id::JHT_BPU),
        };
        let none = RuleGap::NoRule { parameter: name, month };
        let entry = self.entry(parameter, day).ok_or(none)?;
        let number = entry.number().ok_or(none)?;
        match scheme {
            Scheme::Jht => {
                let whole = tiered(tier.bracket.base, entry, tier);
                self.share(whole, Ppm(number), month, day)
            }
            _ => {
                let (rupiah, status) = (Rupiah(number), entry.citation.status);
                Ok(Amount { rupiah, entry, status, open: None })
            }
        }
    }

    /// Takes a share of an amount; the rounding rule weighs only when there is something to round.
    fn share<'a>(
        &'a self,
        amount: Amount<'a>,
        rate: Ppm,
        month: Month,
        day: Day,
    ) -> Result<Amount<'a>, RuleGap> {
        if let Some(product) = amount.rupiah.0.checked_mul(rate.0)
            && product % WHOLE_PPM == 0
        {
            return Ok(Amount { rupiah: Rupiah(product / WHOLE_PPM), ..amount });
        }
        let too_large = |_| RuleGap::AmountTooLarge;
        let down = amount.rupiah.share(rate, Rounding::Down).map_err(too_large)?;
        let up = amount.rupiah.share(rate, Rounding::Up).map_err(too_large)?;
        if down == up {
            return Ok(Amount { rupiah: down, ..amount });
        }
        let none = RuleGap::NoRule { parameter: id::ROUNDING, month };
        let (rounding, rule) = self.rounding(day).ok_or(none)?;
        let rupiah = amount.rupiah.share(rate, rounding).map_err(too_large)?;
        let status = amount.status.weaker(rule.citation.status);
        Ok(Amount { rupiah, status, open: open_rule(rule).or(amount.open), ..amount })
    }

    fn relieve<'a>(
        &'a self,
        scheme: Scheme,
        amount: Amount<'a>,
        query: &BpuQuery,
        day: Day,
    ) -> Result<ContributionLine<'a>, RuleGap> {
        let Some(relief) = self.relief_on(scheme, query.sector, day) else {
            return Ok(line(scheme, amount, None));
        };
        let (excluded, amount) = self.excluded(amount, relief, query.payer, day);
        if let Some(citation) = excluded {
            let status = amount.status.weaker(citation.status);
            let doubted = citation.status == RuleStatus::Open;
            let open = if doubted { Some(&relief.rule) } else { amount.open };
            let note = note(relief, citation, ReliefEffect::ExcludedByPayer);
            return Ok(line(scheme, Amount { status, open, ..amount }, Some(note)));
        }
        let payable = Ppm(relief.number().unwrap_or(WHOLE_PPM));
        let before = amount.rupiah;
        let status = amount.status.weaker(relief.citation.status);
        let reduced = self.share(Amount { status, ..amount }, payable, query.month, day)?;
        let remitted = before.minus(reduced.rupiah).map_err(|_| RuleGap::AmountTooLarge)?;
        let note = note(relief, &relief.citation, ReliefEffect::Applied { before, remitted });
        Ok(line(scheme, reduced, Some(note)))
    }

    /// Where the law leaves this payer out of a relief; and the amount with the doubt, if any,
    /// about whose purse it is.
    fn excluded<'a>(
        &'a self,
        amount: Amount<'a>,
        relief: &'a Entry,
        payer: Payer,
        day: Day,
    ) -> (Option<&'a Citation>, Amount<'a>) {
        let (Some(exclusion), Some(purse)) = (&relief.exclusion, self.purse(payer, day)) else {
            return (None, amount);
        };
        let status = amount.status.weaker(purse.status);
        let open = match purse.paid {
            GovernmentPaid::Open { .. } => self.entry(self.known.purses, day).map(|e| &e.rule),
            GovernmentPaid::Yes | GovernmentPaid::No => amount.open,
        };
        let citation = purse.paid.counts().then_some(&exclusion.citation);
        (citation, Amount { status, open, ..amount })
    }

    fn relief_on(&self, scheme: Scheme, sector: WorkSector, day: Day) -> Option<&Entry> {
        self.reliefs.iter().find_map(|&index| {
            let scope = self.parameters[index].scope.as_ref()?;
            let entry = self.entry(index, day)?;
            scope.covers("bpu", scheme, sector).then_some(entry)
        })
    }
}

/// An amount taken from the tier, with the doubt of the rule that chose the tier.
fn tiered<'a>(rupiah: Rupiah, entry: &'a Entry, tier: &Tier<'a>) -> Amount<'a> {
    let chosen = tier.chosen_by.map_or(RuleStatus::Confirmed, |rule| rule.citation.status);
    let status = weakest([entry.citation.status, tier.entry.citation.status, chosen]);
    Amount { rupiah, entry, status, open: tier.chosen_by.and_then(open_rule) }
}

fn open_rule(rule: &Entry) -> Option<&RuleId> {
    (rule.citation.status == RuleStatus::Open).then_some(&rule.rule)
}

fn note<'a>(relief: &'a Entry, citation: &'a Citation, effect: ReliefEffect) -> ReliefNote<'a> {
    ReliefNote { rule: &relief.rule, article: &citation.article, status: citation.status, effect }
}

fn line<'a>(
    scheme: Scheme,
    amount: Amount<'a>,
    relief: Option<ReliefNote<'a>>,
) -> ContributionLine<'a> {
    ContributionLine {
        scheme,
        rupiah: amount.rupiah,
        rule: &amount.entry.rule,
        article: &amount.entry.citation.article,
        status: amount.status,
        relief,
        open: amount.open,
    }
}
