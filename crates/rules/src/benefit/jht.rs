//! Old age (JHT): what of the balance is paid out, the tax on it, and how the balance grows.

use std::collections::BTreeMap;

use base::{Day, Month, Ppm, Rupiah};

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

/// What was paid in, as a question about the balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JhtAccountQuery {
    /// Contributions by month.
    pub paid_in: Vec<(Month, Rupiah)>,
    /// The last month that still counts.
    pub until: Month,
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

    fn is_partial(self) -> bool {
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

    /// What a balance grows to: each year adds its rate, in proportion to the months.
    ///
    /// # Shape
    /// One line for what was paid in, then one for each year that added something.
    ///
    /// # Errors
    /// [`RuleGap`] when no rate is known for a year or a contribution is below nothing.
    ///
    /// # Source
    /// PP 46/2015; the yearly rates are an open parameter until somebody writes them down.
    pub fn jht_balance(&self, query: &JhtAccountQuery) -> Result<Answer, RuleGap> {
        not_negative(query.paid_in.iter().map(|(_, rupiah)| *rupiah))?;
        let counted = query.paid_in.iter().filter(|(month, _)| *month <= query.until);
        let mut by_month: BTreeMap<Month, Rupiah> = BTreeMap::new();
        for (month, rupiah) in counted {
            let sum = by_month.entry(*month).or_default();
            *sum = sum.plus(*rupiah)?;
        }
        let Some(first) = by_month.keys().next().copied() else { return Answer::of(Vec::new()) };
        let paid_in = Rupiah::sum(by_month.values().copied())?;
        let rule = self.need(self.known.jht_share, first.first_day())?;
        let start = Line::of(LineKey::JhtPaidIn, rule).in_schemes(JHT).amount(paid_in);
        let mut lines = vec![start];
        let mut balance = Rupiah::ZERO;
        for year in first.year()..=query.until.year() {
            let Some(january) = Month::new(year, 1) else { continue };
            let months = january.through(january.plus(11)).filter(|month| *month <= query.until);
            // Twelfths of a rupiah: each month's balance earns a twelfth of the year's rate.
            let mut twelfths = 0i64;
            for month in months {
                twelfths = twelfths.checked_add(balance.0).ok_or(RuleGap::AmountTooLarge)?;
                balance = balance.plus(by_month.get(&month).copied().unwrap_or_default())?;
            }
            let day = january.first_day().max(first.first_day());
            let (rate, entry) = self.number(self.known.jht_growth, day)?;
            if twelfths > 0 {
                let line = Line::of(LineKey::JhtGrowth, entry)
                    .in_schemes(JHT)
                    .own(NumberKey::Growth, Quantity::Share(Ppm(rate)))
                    .given(NumberKey::Balance, Quantity::Rupiah(Rupiah(twelfths)))
                    .given(NumberKey::MonthsInYear, Quantity::Divisor(12));
                let line = self.product(line, day)?;
                balance = balance.plus(line.rupiah)?;
                lines.push(line);
            }
        }
        Answer::of(lines)
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

    /// The age at which all of the balance is paid.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    pub fn jht_age(&self, on: Day) -> Result<(i64, &Entry), RuleGap> {
        self.number(self.known.jht_age, on)
    }
}
