//! What a construction project costs, by its contract or by its wages.

use base::{Month, Ppm, Rupiah};

use super::{
    Amount, Bearer, Contribution, How, ReliefCase, WHOLE_PPM, contribution, key_day, not_negative,
};
use crate::explain::{Answer, Line, LineKey, NumberKey, Op, Quantity};
use crate::payer::Payer;
use crate::rule::Entry;
use crate::rulebook::{Key, RuleGap, Rulebook};
use crate::scheme::{Scheme, Schemes, Segment, WorkSector};

/// A project, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConstructionQuery {
    /// What the contribution is computed from.
    pub basis: ConstructionBasis,
    /// The programmes: JKK and JKM, there are no others.
    pub schemes: Schemes,
    /// The month the contribution is for.
    pub month: Month,
    /// Who pays.
    pub payer: Payer,
}

/// What a project's contribution is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstructionBasis {
    /// The value of the contract, without VAT; once for the project.
    Contract(Rupiah),
    /// The wages of the month, where they are known.
    Wages(Rupiah),
}

impl Rulebook {
    /// What a construction project costs.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies in the month, an amount is below nothing, or a programme
    /// is asked for that the segment does not have.
    ///
    /// # Source
    /// Permenaker 5/2021 jo. 1/2025, with the relief of PP 49/2020.
    pub fn construction_contribution(
        &self,
        query: &ConstructionQuery,
    ) -> Result<Contribution<'_>, RuleGap> {
        let day = key_day(query.month);
        let case = ReliefCase {
            segment: Segment::Construction,
            sector: WorkSector::Other,
            labour_intensive: false,
            payer: query.payer,
        };
        let base = match query.basis {
            ConstructionBasis::Contract(base) | ConstructionBasis::Wages(base) => base,
        };
        not_negative(base)?;
        let mut lines = Vec::with_capacity(2);
        for scheme in query.schemes.iter() {
            let (by_contract, by_wages) = match scheme {
                Scheme::Jkk => (self.known.construction_jkk, self.known.construction_jkk_wage),
                Scheme::Jkm => (self.known.construction_jkm, self.known.construction_jkm_wage),
                Scheme::Jht | Scheme::Jp => return Err(RuleGap::SchemeNotInSegment),
            };
            let amount = match query.basis {
                ConstructionBasis::Contract(value) => sliced(self.need(by_contract, day)?, value)?,
                ConstructionBasis::Wages(wages) => self.of_wages(by_wages, wages, query.month)?,
            };
            lines.push(self.line(scheme, Bearer::Payer(query.payer), amount, case, day)?);
        }
        contribution(lines, base)
    }

    fn of_wages(&self, key: Key, wages: Rupiah, month: Month) -> Result<Amount<'_>, RuleGap> {
        let (number, entry) = self.number(key, key_day(month))?;
        let how = How::Share { of: wages, rate: Ppm(number), cut_by: None };
        Ok(Amount::of(wages, Ppm(number), how, entry))
    }

    /// The instalments in which a project's contribution is paid; the last takes the rest.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies in the month.
    ///
    /// # Source
    /// `konstruksi.termin`, an open parameter (P15).
    pub fn instalments(&self, contribution: Rupiah, month: Month) -> Result<Answer, RuleGap> {
        not_negative(contribution)?;
        let day = key_day(month);
        let entry = self.need(self.known.construction_parts, day)?;
        let mut lines = Vec::new();
        let mut left = contribution;
        for (index, row) in entry.rows().iter().enumerate() {
            let share = Ppm(row.number().unwrap_or(0));
            let line = Line::of_row(LineKey::Instalment, entry, row)
                .about(row)
                .own(NumberKey::Share, Quantity::Share(share))
                .given(NumberKey::Contribution, Quantity::Rupiah(contribution));
            let mut line = self.product(line, day)?;
            if index + 1 == entry.rows().len() {
                (line.op, line.rupiah) = (Op::Given, left);
            }
            left = left.minus(line.rupiah)?;
            lines.push(line);
        }
        Answer::of(lines)
    }

    pub(super) fn explain_slices(
        &self,
        base: impl Fn(LineKey) -> Result<Line, RuleGap>,
        contract: Rupiah,
        entry: &Entry,
    ) -> Result<Line, RuleGap> {
        let mut slices = Vec::new();
        for step in entry.steps() {
            let part = step.part_of(contract.0);
            if part > 0 {
                let slice = base(LineKey::ContributionSlice)?
                    .own(NumberKey::Rate, Quantity::Share(Ppm(step.value)))
                    .given(NumberKey::Slice, Quantity::Rupiah(Rupiah(part)));
                slices.push(self.product(slice, entry.from)?);
            }
        }
        base(LineKey::ContributionSlices)?.sum(slices)
    }
}

/// The slices of a contract, each with its own share, as one amount that is rounded once.
fn sliced(entry: &Entry, contract: Rupiah) -> Result<Amount<'_>, RuleGap> {
    let parts = entry.steps().iter().map(|step| step.part_of(contract.0).checked_mul(step.value));
    let scaled = parts.into_iter().try_fold(0i64, |sum, part| sum.checked_add(part?));
    let scaled = scaled.ok_or(RuleGap::AmountTooLarge)?;
    let how = How::Slices { of: contract };
    if scaled % WHOLE_PPM == 0 {
        return Ok(Amount::of(Rupiah(scaled / WHOLE_PPM), Ppm(WHOLE_PPM), how, entry));
    }
    Ok(Amount::of(Rupiah(scaled), Ppm(1), how, entry))
}
