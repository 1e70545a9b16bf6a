//! What a month costs, line by line, each with its rule: shared by all segments.
//!
//! The contribution follows the month it is for, whenever it is paid. The segments have a file
//! each; workers abroad pay packages, see [`PmiQuery`].

use base::{Day, Month, Ppm, Rupiah};

use crate::explain::{Answer, Line, LineKey, NumberKey, Op, Quantity};
use crate::payer::{GovernmentPaid, Payer};
use crate::rule::{Citation, Entry, RuleId, RuleStatus};
use crate::rulebook::{RuleGap, Rulebook, case_bit, weakest};
use crate::scheme::{Scheme, Schemes, Segment, WorkSector};

mod bpu;
mod construction;
mod penalty;
mod pmi;
mod pu;
#[cfg(test)]
mod tests;

pub use bpu::{BpuQuery, BpuTable, PrepaidQuery};
pub use construction::{ConstructionBasis, ConstructionQuery};
pub use penalty::PenaltyQuery;
pub use pmi::PmiQuery;
pub use pu::{EmployerSize, PuQuery, RiskClass};

/// Parts in a whole, for rates in parts per million.
const WHOLE_PPM: i64 = 1_000_000; // not law: parts per million

/// A question about one month of any segment that pays by month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContributionQuery {
    /// Somebody who earns no wage.
    Bpu(BpuQuery),
    /// Somebody who earns a wage.
    Pu(PuQuery),
    /// A construction project.
    Construction(ConstructionQuery),
}

/// What somebody's contribution is computed from, besides month, programmes and payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// Works and earns no wage: a declared income decides on the tier.
    Bpu {
        /// The declared income.
        income: Rupiah,
        /// The sector of work, as far as rules ask for it.
        sector: WorkSector,
    },
    /// Earns a wage.
    Pu {
        /// The monthly wage.
        wage: Rupiah,
        /// The employer's class of risk.
        class: RiskClass,
    },
}

impl Base {
    /// The question about one month of somebody of whom no more is known.
    pub fn query(self, (schemes, payer): (Schemes, Payer), month: Month) -> ContributionQuery {
        match self {
            Base::Bpu { income, sector } => {
                ContributionQuery::Bpu(BpuQuery { income, schemes, month, payer, sector })
            }
            Base::Pu { wage, class } => ContributionQuery::Pu(PuQuery {
                wage,
                schemes,
                month,
                payer,
                risk_class: class,
                jkp_member: false,
                labour_intensive: false,
                jp_deferred: false,
            }),
        }
    }

    /// The same with no amount: what decides about a relief.
    pub(crate) fn without_amount(self) -> Base {
        match self {
            Base::Bpu { sector, .. } => Base::Bpu { income: Rupiah::ZERO, sector },
            Base::Pu { class, .. } => Base::Pu { wage: Rupiah::ZERO, class },
        }
    }
}

/// What is to be paid, answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution<'a> {
    /// What is to be paid: the sum of the lines.
    pub total: Rupiah,
    /// One line per programme and bearer, in the order of [`Scheme::ALL`].
    pub lines: Vec<ContributionLine<'a>>,
    /// The amount it is computed from: the tier's base, the wage, the contract.
    pub base: Rupiah,
    /// The printed number of the tier the income falls in; 0 where there are no tiers.
    pub tier: u32,
    /// How the funds share the bill, for members of JKP.
    pub split: Option<Split<'a>>,
    /// The weakest status among the lines.
    pub status: RuleStatus,
}

/// How the funds share a bill that itself does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split<'a> {
    /// What stays with JKK.
    pub jkk: Rupiah,
    /// What stays with JKM.
    pub jkm: Rupiah,
    /// What goes over to JKP.
    pub jkp: Rupiah,
    /// What the state adds to JKP, outside the bill.
    pub state: Rupiah,
    /// The rule.
    pub rule: &'a RuleId,
    /// Its instrument and article.
    pub article: &'a str,
    /// How well it is known.
    pub status: RuleStatus,
}

/// What one programme costs one bearer, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContributionLine<'a> {
    /// The programme.
    pub scheme: Scheme,
    /// Who bears it.
    pub borne_by: Bearer,
    /// What is to be paid, after relief.
    pub rupiah: Rupiah,
    /// How it is computed.
    pub how: How<'a>,
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

/// Who bears a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bearer {
    /// The payer of the question: the person, the employer or a purse.
    Payer(Payer),
    /// The worker, out of the wage.
    Worker,
}

impl Bearer {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Bearer::Payer(payer) => payer.name(),
            Bearer::Worker => "worker",
        }
    }
}

/// How the amount of a line is computed, before relief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How<'a> {
    /// The same for everybody.
    Flat,
    /// Printed for the tier.
    Tier,
    /// A share of an amount.
    Share {
        /// Of what.
        of: Rupiah,
        /// How much of it.
        rate: Ppm,
        /// The rule that cut the amount, when one did.
        cut_by: Option<&'a RuleId>,
    },
    /// Slices of a contract, each with its own share.
    Slices {
        /// The contract.
        of: Rupiah,
    },
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
    /// It put something off, to be paid later.
    Deferred {
        /// The contribution without the relief.
        before: Rupiah,
        /// What is to be paid later.
        later: Rupiah,
    },
    /// Nothing: the relief leaves out what the government pays.
    ExcludedByPayer,
}

/// For whom a relief is looked up.
#[derive(Clone, Copy)]
struct ReliefCase {
    segment: Segment,
    sector: WorkSector,
    labour_intensive: bool,
    payer: Payer,
}

/// An amount on its way to a line: `of` times `rate`, not yet rounded.
#[derive(Clone, Copy)]
struct Amount<'a> {
    of: Rupiah,
    rate: Ppm,
    how: How<'a>,
    entry: &'a Entry,
    /// The article of a row, where the row has its own.
    article: &'a str,
    status: RuleStatus,
    open: Option<&'a RuleId>,
}

impl<'a> Amount<'a> {
    fn of(of: Rupiah, rate: Ppm, how: How<'a>, entry: &'a Entry) -> Amount<'a> {
        let Citation { article, status, .. } = &entry.citation;
        Amount { of, rate, how, entry, article, status: *status, open: open_rule(entry) }
    }

    /// The amount with the doubt of one more rule.
    fn doubted(self, rule: &'a Entry) -> Amount<'a> {
        let status = self.status.weaker(rule.citation.status);
        Amount { status, open: open_rule(rule).or(self.open), ..self }
    }
}

impl Contribution<'_> {
    /// What the payer bears: everything but the worker's part.
    pub fn payer_total(&self) -> Rupiah {
        self.part(|bearer| matches!(bearer, Bearer::Payer(_)))
    }

    /// What the worker bears.
    pub fn worker_total(&self) -> Rupiah {
        self.part(|bearer| bearer == Bearer::Worker)
    }

    fn part(&self, wanted: impl Fn(Bearer) -> bool) -> Rupiah {
        let lines = self.lines.iter().filter(|line| wanted(line.borne_by));
        Rupiah(lines.map(|line| line.rupiah.0).sum())
    }
}

impl Rulebook {
    /// What one month costs, in any segment that pays by month.
    ///
    /// # Errors
    /// [`RuleGap`] as for the segment's own question.
    pub fn contribution(&self, query: &ContributionQuery) -> Result<Contribution<'_>, RuleGap> {
        match query {
            ContributionQuery::Bpu(query) => self.bpu_contribution(query),
            ContributionQuery::Pu(query) => self.pu_contribution(query),
            ContributionQuery::Construction(query) => self.construction_contribution(query),
        }
    }

    /// What one person of a base costs in a month, and what it would be if they paid alone; nobody
    /// who earns a wage can, so that it is what the payer bears.
    ///
    /// # Errors
    /// As [`Rulebook::contribution`].
    pub fn month_of_base(
        &self,
        base: Base,
        (schemes, payer): (Schemes, Payer),
        month: Month,
    ) -> Result<(Contribution<'_>, Rupiah), RuleGap> {
        let paid = self.contribution(&base.query((schemes, payer), month))?;
        let alone = match base {
            Base::Bpu { .. } => {
                self.contribution(&base.query((schemes, Payer::SelfPaid), month))?.total
            }
            Base::Pu { .. } => paid.payer_total(),
        };
        Ok((paid, alone))
    }

    /// A contribution as a tree, the same plain data that benefits are answered with.
    ///
    /// # Errors
    /// [`RuleGap`] when a rule that the contribution went through is not in this rulebook.
    pub fn explain(&self, contribution: &Contribution<'_>) -> Result<Answer, RuleGap> {
        let lines = contribution.lines.iter().map(|line| self.explain_line(contribution, line));
        Answer::of(lines.collect::<Result<_, _>>()?)
    }

    fn explain_line(
        &self,
        contribution: &Contribution<'_>,
        line: &ContributionLine<'_>,
    ) -> Result<Line, RuleGap> {
        let base = |key: LineKey| {
            let schemes = Schemes::EMPTY.with(line.scheme);
            let mut made = Line::of(key, self.entry_of(line.rule)?).in_schemes(schemes);
            made.article = line.article.into();
            made.status = line.status;
            made.open = line.open.into_iter().cloned().collect();
            made.borne_by = Some(line.borne_by);
            Ok(made)
        };
        let before = match line.relief.map(|note| note.effect) {
            Some(ReliefEffect::Applied { before, .. }) => before,
            Some(ReliefEffect::Deferred { before, .. }) => before,
            _ => line.rupiah,
        };
        let made = match line.how {
            How::Flat => base(LineKey::ContributionFlat)?.amount(before),
            How::Tier => base(LineKey::ContributionTier)?
                .own(NumberKey::TierNumber, Quantity::Count(contribution.tier.into()))
                .own(NumberKey::Base, Quantity::Rupiah(contribution.base))
                .amount(before),
            How::Share { of, rate, cut_by } => {
                let made = base(LineKey::ContributionShare)?;
                let mut made = made.own(NumberKey::Rate, Quantity::Share(rate));
                made = match cut_by {
                    Some(rule) => {
                        made.ruled(NumberKey::Base, Quantity::Rupiah(of), self.entry_of(rule)?)
                    }
                    None => made.given(NumberKey::Base, Quantity::Rupiah(of)),
                };
                made.op = Op::Product;
                made.rupiah = before;
                made
            }
            How::Slices { of } => self.explain_slices(base, of, self.entry_of(line.rule)?)?,
        };
        let Some(note) = line.relief else { return Ok(made) };
        if note.effect == ReliefEffect::ExcludedByPayer {
            return Ok(made);
        }
        let relief = self.entry_of(note.rule)?;
        let payable = Ppm(relief.number().unwrap_or(WHOLE_PPM));
        let relieved = base(LineKey::ContributionRelieved)?;
        let relieved = relieved.ruled(NumberKey::Payable, Quantity::Share(payable), relief);
        // The rate and the relief are rounded once, together, so both are factors of the line.
        let mut relieved = match line.how {
            How::Share { of, rate, .. } => relieved
                .given(NumberKey::Rate, Quantity::Share(rate))
                .given(NumberKey::Base, Quantity::Rupiah(of)),
            _ => relieved.given(NumberKey::Contribution, Quantity::Rupiah(before)),
        };
        relieved.op = Op::Product;
        relieved.rupiah = line.rupiah;
        relieved.rule = relief.rule.clone();
        relieved.article = note.article.into();
        relieved.lines = vec![made];
        Ok(relieved)
    }

    fn entry_of(&self, rule: &RuleId) -> Result<&Entry, RuleGap> {
        // A contribution asked of one rulebook may be explained by another that lacks the rule.
        self.rule(rule.as_str()).map(|(_, entry)| entry).ok_or(RuleGap::RuleUnknown)
    }

    /// Turns an amount into a line: relief, then one rounding at the end.
    fn line<'a>(
        &'a self,
        scheme: Scheme,
        borne_by: Bearer,
        amount: Amount<'a>,
        case: ReliefCase,
        day: Day,
    ) -> Result<ContributionLine<'a>, RuleGap> {
        let Some(relief) = self.relief_on(scheme, case, day) else {
            let (rupiah, amount) = self.rounded(amount, Ppm(WHOLE_PPM), day)?;
            return Ok(line(scheme, borne_by, rupiah, amount, None));
        };
        let (excluded, amount) = self.excluded(amount, relief, case.payer, day);
        if let Some(citation) = excluded {
            let status = amount.status.weaker(citation.status);
            let doubted = citation.status == RuleStatus::Open;
            let open = if doubted { Some(&relief.rule) } else { amount.open };
            let note = note(relief, citation, ReliefEffect::ExcludedByPayer);
            let (rupiah, amount) =
                self.rounded(Amount { status, open, ..amount }, Ppm(WHOLE_PPM), day)?;
            return Ok(line(scheme, borne_by, rupiah, amount, Some(note)));
        }
        let payable = Ppm(relief.number().unwrap_or(WHOLE_PPM));
        let (before, _) = self.rounded(amount, Ppm(WHOLE_PPM), day)?;
        let status = amount.status.weaker(relief.citation.status);
        let (rupiah, amount) = self.rounded(Amount { status, ..amount }, payable, day)?;
        let remitted = before.minus(rupiah)?;
        let note = note(relief, &relief.citation, ReliefEffect::Applied { before, remitted });
        Ok(line(scheme, borne_by, rupiah, amount, Some(note)))
    }

    /// The payable part of an amount; the rounding rule weighs only when there is something to
    /// round.
    fn rounded<'a>(
        &'a self,
        amount: Amount<'a>,
        payable: Ppm,
        day: Day,
    ) -> Result<(Rupiah, Amount<'a>), RuleGap> {
        let rate = match (amount.rate.0, payable.0) {
            (WHOLE_PPM, WHOLE_PPM) => return Ok((amount.of, amount)),
            (rate, WHOLE_PPM) | (WHOLE_PPM, rate) => Some(rate),
            _ => None,
        };
        if let Some(product) = rate.and_then(|rate| amount.of.0.checked_mul(rate))
            && product % WHOLE_PPM == 0
        {
            return Ok((Rupiah(product / WHOLE_PPM), amount));
        }
        let whole = i128::from(WHOLE_PPM);
        let rates = i128::from(amount.rate.0) * i128::from(payable.0);
        let top = i128::from(amount.of.0).checked_mul(rates).ok_or(RuleGap::AmountTooLarge)?;
        let (rupiah, rule) = self.settle(top, whole * whole, day)?;
        Ok((rupiah, rule.map_or(amount, |rule| amount.doubted(rule))))
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

    fn relief_on(&self, scheme: Scheme, case: ReliefCase, day: Day) -> Option<&Entry> {
        let ReliefCase { segment, sector, labour_intensive, .. } = case;
        let bit = case_bit(segment, scheme, sector, labour_intensive);
        let mut covering = self.reliefs.iter().filter(|relief| relief.covers(bit));
        covering.find_map(|relief| self.entry_at(relief.index, day))
    }
}

/// Adds lines up to a contribution without tiers or split.
fn contribution<'a>(
    lines: Vec<ContributionLine<'a>>,
    base: Rupiah,
) -> Result<Contribution<'a>, RuleGap> {
    let total = Rupiah::sum(lines.iter().map(|line| line.rupiah))?;
    let status = weakest(lines.iter().map(|line| line.status));
    Ok(Contribution { total, lines, base, tier: 0, split: None, status })
}

/// A month's question must not ask about less than nothing.
fn not_negative(amount: Rupiah) -> Result<(), RuleGap> {
    if amount < Rupiah::ZERO { Err(RuleGap::AmountNegative) } else { Ok(()) }
}

fn open_rule(rule: &Entry) -> Option<&RuleId> {
    (rule.citation.status == RuleStatus::Open).then_some(&rule.rule)
}

fn note<'a>(relief: &'a Entry, citation: &'a Citation, effect: ReliefEffect) -> ReliefNote<'a> {
    ReliefNote { rule: &relief.rule, article: &citation.article, status: citation.status, effect }
}

fn line<'a>(
    scheme: Scheme,
    borne_by: Bearer,
    rupiah: Rupiah,
    amount: Amount<'a>,
    relief: Option<ReliefNote<'a>>,
) -> ContributionLine<'a> {
    ContributionLine {
        scheme,
        borne_by,
        rupiah,
        how: amount.how,
        rule: &amount.entry.rule,
        article: amount.article,
        status: amount.status,
        relief,
        open: amount.open,
    }
}

/// The first day of a month, as the day that picks a rule by month.
fn key_day(month: Month) -> Day {
    month.first_day()
}
