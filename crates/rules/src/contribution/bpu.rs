//! What a month costs for somebody who earns no wage (BPU), and several months paid at once.

use base::{Day, Month, Ppm, Rupiah};

use super::{
    Amount, Bearer, Contribution, ContributionLine, How, ReliefCase, WHOLE_PPM, open_rule,
};
use crate::payer::Payer;
use crate::rule::{Bracket, Entry, RuleStatus};
use crate::rulebook::{RuleGap, Rulebook, weakest};
use crate::scheme::{Scheme, Schemes, Segment, WorkSector};

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

/// Several months paid at once; `first` is the month asked of [`BpuQuery`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrepaidQuery {
    /// The first month, and everything but the number of months.
    pub first: BpuQuery,
    /// How many months.
    pub months: u32,
    /// The month in which it is paid.
    pub paid_in: Month,
}

/// One month answered for every income at once: for a list of people alike but for their incomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BpuTable<'a> {
    /// From which incomes on the answers apply, ascending.
    steps: Vec<Rupiah>,
    answers: Vec<Contribution<'a>>,
}

impl<'a> BpuTable<'a> {
    /// The answer for an income: the same as [`Rulebook::bpu_contribution`] gives.
    ///
    /// # Errors
    /// [`RuleGap::IncomeNegative`] when the income is below nothing.
    pub fn of(&self, income: Rupiah) -> Result<&Contribution<'a>, RuleGap> {
        let after = self.steps.partition_point(|from| *from <= income);
        let step = after.checked_sub(1).ok_or(RuleGap::IncomeNegative)?;
        Ok(&self.answers[step])
    }
}

/// The tier an income falls in, and the open rule that chose it, if one had to.
struct Tier<'a> {
    entry: &'a Entry,
    bracket: &'a Bracket,
    chosen_by: Option<&'a Entry>,
}

impl Rulebook {
    /// What one month costs for somebody who earns no wage.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies in the month, the income is below nothing, or a programme
    /// is asked for that the segment does not have.
    ///
    /// # Source
    /// PP 44/2015 (JKK, JKM) and PP 46/2015 (JHT), with the reliefs of PP 49/2020 and PP 50/2025;
    /// the files name the articles.
    pub fn bpu_contribution(&self, query: &BpuQuery) -> Result<Contribution<'_>, RuleGap> {
        self.bpu_with_relief_of(query, query.month.first_day())
    }

    /// What one month costs at every income; the income of the question is not looked at.
    ///
    /// # Errors
    /// As [`Rulebook::bpu_contribution`].
    pub fn bpu_table(&self, query: &BpuQuery) -> Result<BpuTable<'_>, RuleGap> {
        let tiers = self.need(self.known.jkk_bpu, query.month.first_day())?;
        let steps = income_steps(tiers);
        let answer =
            |income: &Rupiah| self.bpu_contribution(&BpuQuery { income: *income, ..*query });
        let answers = steps.iter().map(answer).collect::<Result<_, _>>()?;
        Ok(BpuTable { steps, answers })
    }

    /// What several months cost that are paid at once, month by month.
    ///
    /// # Errors
    /// As [`Rulebook::bpu_contribution`], for any of the months.
    ///
    /// # Source
    /// `relief.kunci_dibayar_di_muka` (open): whether a relief follows the month a contribution is
    /// for, or the month in which it is paid.
    pub fn bpu_prepaid(
        &self,
        query: &PrepaidQuery,
    ) -> Result<Vec<(Month, Contribution<'_>)>, RuleGap> {
        let paid_on = query.paid_in.first_day();
        let (word, rule) = self.choice(self.known.relief_month, paid_on)?;
        let by_payment = word == "payment-month";
        let months = i32::try_from(query.months).map_err(|_| RuleGap::AmountTooLarge)?;
        let mut paid = Vec::new();
        for month in (0..months).map(|offset| query.first.month.plus(offset)) {
            let asked = BpuQuery { month, ..query.first };
            let by_month = self.bpu_contribution(&asked)?;
            let by_day = self.bpu_with_relief_of(&asked, paid_on)?;
            // The doubt weighs only where the two readings differ.
            let differs = by_month.total != by_day.total;
            let mut chosen = if by_payment { by_day } else { by_month };
            if differs {
                chosen.lines.iter_mut().for_each(|line| {
                    line.status = line.status.weaker(rule.citation.status);
                    line.open = open_rule(rule).or(line.open);
                });
                chosen.status = chosen.status.weaker(rule.citation.status);
            }
            paid.push((month, chosen));
        }
        Ok(paid)
    }

    /// How many months may be paid at once.
    ///
    /// # Source
    /// `iuran.bayar_di_muka_bpu`.
    pub fn prepayable_months(&self, month: Month) -> Vec<i64> {
        let entry = self.entry(self.known.prepay, month.first_day());
        let rows = entry.into_iter().flat_map(Entry::rows);
        rows.filter_map(crate::rule::Row::number).collect()
    }

    fn bpu_with_relief_of(
        &self,
        query: &BpuQuery,
        relief_day: Day,
    ) -> Result<Contribution<'_>, RuleGap> {
        let day = query.month.first_day();
        let tier = self.bpu_tier(query.income, day)?;
        let case = ReliefCase {
            segment: Segment::Bpu,
            sector: query.sector,
            labour_intensive: false,
            payer: query.payer,
        };
        let mut lines: Vec<ContributionLine<'_>> = Vec::with_capacity(query.schemes.len());
        let mut total = Rupiah::ZERO;
        for scheme in query.schemes.iter() {
            let amount = self.bpu_amount(scheme, &tier, day)?;
            let line = self.line(scheme, Bearer::Payer(query.payer), amount, case, relief_day)?;
            total = total.plus(line.rupiah)?;
            lines.push(line);
        }
        let status = weakest(lines.iter().map(|line| line.status));
        let Bracket { base, no: tier, .. } = *tier.bracket;
        Ok(Contribution { total, lines, base, tier, split: None, status })
    }

    fn bpu_tier(&self, income: Rupiah, day: Day) -> Result<Tier<'_>, RuleGap> {
        if income < Rupiah::ZERO {
            return Err(RuleGap::IncomeNegative);
        }
        let entry = self.need(self.known.jkk_bpu, day)?;
        let brackets = entry.brackets();
        let after = brackets.partition_point(|bracket| bracket.income_from <= income);
        // The loader sees to it that the first step begins at nothing, so one lies before.
        let below = &brackets[after - 1];
        if below.income_to.is_none_or(|to| income <= to) {
            return Ok(Tier { entry, bracket: below, chosen_by: None });
        }
        let (word, rule) = self.choice(self.known.bracket_gap, day)?;
        let bracket = match word {
            "upper-tier" => brackets.get(after).unwrap_or(below),
            _ => below,
        };
        Ok(Tier { entry, bracket, chosen_by: Some(rule) })
    }

    fn bpu_amount<'a>(
        &'a self,
        scheme: Scheme,
        tier: &Tier<'a>,
        day: Day,
    ) -> Result<Amount<'a>, RuleGap> {
        match scheme {
            Scheme::Jkk => {
                let whole = Ppm(WHOLE_PPM);
                Ok(tiered(Amount::of(tier.bracket.rupiah, whole, How::Tier, tier.entry), tier))
            }
            Scheme::Jkm => {
                let (number, entry) = self.number(self.known.jkm_bpu, day)?;
                Ok(Amount::of(Rupiah(number), Ppm(WHOLE_PPM), How::Flat, entry))
            }
            Scheme::Jht => {
                let (number, entry) = self.number(self.known.jht_bpu, day)?;
                let (of, rate) = (tier.bracket.base, Ppm(number));
                let how = How::Share { of, rate, cut_by: None };
                Ok(tiered(Amount::of(of, rate, how, entry), tier))
            }
            Scheme::Jp => Err(RuleGap::SchemeNotInSegment),
        }
    }
}

/// From which incomes on another answer applies: where a tier begins, and where a gap after one.
fn income_steps(tiers: &Entry) -> Vec<Rupiah> {
    let above = |to: Rupiah| Rupiah(to.0.saturating_add(1));
    let steps = |tier: &Bracket| [Some(tier.income_from), tier.income_to.map(above)];
    let mut steps: Vec<Rupiah> = tiers.brackets().iter().flat_map(steps).flatten().collect();
    steps.dedup();
    steps
}

/// An amount taken from the tier, with the doubt of the rule that chose the tier.
fn tiered<'a>(amount: Amount<'a>, tier: &Tier<'a>) -> Amount<'a> {
    let chosen = tier.chosen_by.map_or(RuleStatus::Confirmed, |rule| rule.citation.status);
    let status = weakest([amount.status, tier.entry.citation.status, chosen]);
    let open = tier.chosen_by.and_then(open_rule).or(amount.open);
    Amount { status, open, ..amount }
}
