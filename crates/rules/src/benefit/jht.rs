//! Old age (JHT): what of the balance is paid out, and the tax on it.

use base::{Day, Ppm, Rupiah};

use super::{JHT, not_negative};
use crate::explain::{Answer, Line, LineKey, Note, NumberKey, Op, Quantity};
use crate::rule::Entry;
use crate::rulebook::{RuleGap, Rulebook};

/// A withdrawal, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JhtQuery {
    /// The balance before it.
    pub gross: Rupiah,
    /// The day of payment.
    pub on: Day,
    /// Why.
    pub reason: JhtReason,
}

/// Why old age savings are paid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JhtReason {
    /// The pension age was reached.
    PensionAge,
    /// Total permanent disability.
    TotalDisability,
    /// Death.
    Death,
    /// Work or business was given up, and the waiting time is over.
    StoppedWork,
    /// The person left the country for good.
    LeftCountry,
    /// In part, to prepare for the pension; once, after some years.
    Preparation,
    /// In part, for a house; once, after some years.
    Housing,
}

impl JhtReason {
    /// Every reason, in order.
    pub const ALL: [JhtReason; 7] = [
        JhtReason::PensionAge,
        JhtReason::TotalDisability,
        JhtReason::Death,
        JhtReason::StoppedWork,
        JhtReason::LeftCountry,
        JhtReason::Preparation,
        JhtReason::Housing,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            JhtReason::PensionAge => "pension-age",
            JhtReason::TotalDisability => "total-disability",
            JhtReason::Death => "death",
            JhtReason::StoppedWork => "stopped-work",
            JhtReason::LeftCountry => "left-country",
            JhtReason::Preparation => "preparation",
            JhtReason::Housing => "housing",
        }
    }

    /// The reason with this stable name.
    pub fn from_name(name: &str) -> Option<JhtReason> {
        JhtReason::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Whether only a part of the balance is paid.
    pub fn is_partial(self) -> bool {
        matches!(self, JhtReason::Preparation | JhtReason::Housing)
    }
}

impl Rulebook {
    /// What a withdrawal pays, after tax.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day or the balance is below nothing.
    ///
    /// # Source
    /// PP 46/2015 jo. PP 60/2015, Permenaker 4/2022, and PP 68/2009 for the tax.
    pub fn jht(&self, query: &JhtQuery) -> Result<Answer, RuleGap> {
        not_negative([query.gross])?;
        let (row, entry) = self.row(self.known.jht_share, query.reason.name(), query.on)?;
        let share = Ppm(row.number().unwrap_or(0));
        let line = Line::of_row(LineKey::JhtBalance, entry, row)
            .about(row)
            .in_schemes(JHT)
            .own(NumberKey::Share, Quantity::Share(share))
            .given(NumberKey::Balance, Quantity::Rupiah(query.gross));
        let mut line = self.product(line, query.on)?;
        let terms = self.jht_terms(query, &mut line)?;
        let tax = self.jht_tax(query, line.rupiah)?;
        let answer = Answer::of(std::iter::once(line).chain(tax).collect())?;
        Ok(if terms { answer.noted(Note::OnTerms) } else { answer })
    }

    /// Adds what the reason asks for to the line, and says whether it asks for anything.
    fn jht_terms(&self, query: &JhtQuery, line: &mut Line) -> Result<bool, RuleGap> {
        let (key, parameter) = match query.reason {
            JhtReason::PensionAge => (NumberKey::Age, self.known.jht_age),
            JhtReason::StoppedWork => (NumberKey::WaitingMonths, self.known.jht_waiting),
            JhtReason::Preparation | JhtReason::Housing => {
                (NumberKey::MemberYears, self.known.jht_partial_years)
            }
            JhtReason::TotalDisability | JhtReason::Death | JhtReason::LeftCountry => {
                return Ok(false);
            }
        };
        let (number, entry) = self.number(parameter, query.on)?;
        *line = line.clone().ruled(key, Quantity::Count(number), entry);
        Ok(true)
    }

    fn jht_tax(&self, query: &JhtQuery, amount: Rupiah) -> Result<Option<Line>, RuleGap> {
        let entry = self.need(self.known.jht_tax, query.on)?;
        let (word, partial) = self.choice(self.known.jht_tax_partial, query.on)?;
        if query.reason.is_partial() && word != "as-full" {
            return Ok(None);
        }
        let mut slices = Vec::new();
        for step in entry.steps() {
            let part = step.part_of(amount.0);
            if part > 0 && step.value > 0 {
                let slice = Line::of(LineKey::JhtTaxSlice, entry)
                    .own(NumberKey::Rate, Quantity::Share(Ppm(-step.value)))
                    .given(NumberKey::Slice, Quantity::Rupiah(Rupiah(part)));
                slices.push(self.product(slice, query.on)?);
            }
        }
        if slices.is_empty() {
            return Ok(None);
        }
        let mut tax = Line::of(LineKey::JhtTax, entry).in_schemes(JHT).sum(slices)?;
        tax.op = Op::Sum;
        if query.reason.is_partial() {
            tax.weaken(partial);
        }
        Ok(Some(tax))
    }

    /// Years of membership after which a part of the balance is paid.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    pub fn jht_partial_years(&self, on: Day) -> Result<(i64, &Entry), RuleGap> {
        self.number(self.known.jht_partial_years, on)
    }

    /// The age at which all of the balance is paid.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    pub fn jht_age(&self, on: Day) -> Result<(i64, &Entry), RuleGap> {
        self.number(self.known.jht_age, on)
    }
}
