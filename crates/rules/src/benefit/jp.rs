//! Pension (JP): monthly after enough months of contributions, at once otherwise.

use base::{Day, Ppm, Rupiah};

use super::{JP, not_negative};
use crate::explain::{Answer, Line, LineKey, Note, NumberKey, Quantity};
use crate::rule::Entry;
use crate::rulebook::{RuleGap, Rulebook};

/// A pension, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JpQuery {
    /// The day from which it is paid.
    pub on: Day,
    /// Months of contributions.
    pub months: i64,
    /// The average wage over all of them, each year's indexed, for a month.
    pub average_wage: Rupiah,
    /// What was paid in with its growth, which is paid out where months are too few.
    pub balance: Rupiah,
}

impl Rulebook {
    /// What a pension pays: a month's amount, or everything at once.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day or a number is below nothing.
    ///
    /// # Source
    /// PP 45/2015; the limits by year are known for 2024 only.
    pub fn jp(&self, query: &JpQuery) -> Result<Answer, RuleGap> {
        not_negative([query.average_wage, query.balance, Rupiah(query.months)])?;
        let (required, months_rule) = self.number(self.known.jp_months, query.on)?;
        let (age, age_rule) = self.number(self.known.jp_age, query.on)?;
        if query.months < required {
            let line = Line::of(LineKey::JpLump, months_rule)
                .in_schemes(JP)
                .ruled(NumberKey::Age, Quantity::Count(age), age_rule)
                .amount(query.balance);
            let note = Note::MonthsTooFew { counted: query.months, required };
            return Ok(Answer::of(vec![line])?.noted(note));
        }
        let (factor, entry) = self.number(self.known.jp_factor, query.on)?;
        let line = Line::of(LineKey::JpMonthly, entry)
            .in_schemes(JP)
            .ruled(NumberKey::Age, Quantity::Count(age), age_rule)
            .ruled(NumberKey::MonthsRequired, Quantity::Count(required), months_rule)
            .own(NumberKey::Rate, Quantity::Share(Ppm(factor)))
            .given(NumberKey::Months, Quantity::Count(query.months))
            .given(NumberKey::Wage, Quantity::Rupiah(query.average_wage))
            .given(NumberKey::MonthsInYear, Quantity::Divisor(12));
        let monthly = self.product(line, query.on)?;
        Answer::of(vec![self.jp_limited(monthly, query.on)?])
    }

    /// The age from which a pension is paid.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    pub fn jp_age(&self, on: Day) -> Result<(i64, &Entry), RuleGap> {
        self.number(self.known.jp_age, on)
    }

    fn jp_limited(&self, monthly: Line, on: Day) -> Result<Line, RuleGap> {
        let (least, entry) = self.row(self.known.jp_limits, "least", on)?;
        let (most, _) = self.row(self.known.jp_limits, "most", on)?;
        let limit = |row: &crate::rule::Row| Rupiah(row.number().unwrap_or(0));
        if monthly.rupiah < limit(least) {
            let line = Line::of_row(LineKey::JpLeast, entry, least).in_schemes(JP);
            let line = line.own(NumberKey::Least, Quantity::Rupiah(limit(least)));
            return Ok(line.greatest(vec![monthly]));
        }
        if monthly.rupiah > limit(most) {
            let line = Line::of_row(LineKey::JpMost, entry, most).in_schemes(JP);
            let line = line.own(NumberKey::Limit, Quantity::Rupiah(limit(most)));
            return Ok(line.least(vec![monthly]));
        }
        Ok(monthly)
    }
}
