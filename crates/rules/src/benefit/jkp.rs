//! Loss of work (JKP): cash for some months, for wage earners who were members.

use base::{Day, Ppm, Rupiah};

use super::not_negative;
use crate::explain::{Answer, Line, LineKey, Note, NumberKey, Quantity};
use crate::rulebook::{RuleGap, Rulebook};

/// A dismissal, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JkpQuery {
    /// The last reported wage.
    pub wage: Rupiah,
    /// The day of dismissal.
    pub on: Day,
    /// Months paid in the last 24, when they are known.
    pub months_paid: Option<i64>,
    /// The age at joining, when it is known.
    pub age_at_joining: Option<i64>,
}

impl Rulebook {
    /// What a dismissal pays in all, month by month.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day or the wage is below nothing.
    ///
    /// # Source
    /// PP 37/2021, and PP 6/2025 from 7 February 2025.
    pub fn jkp(&self, query: &JkpQuery) -> Result<Answer, RuleGap> {
        not_negative([query.wage])?;
        let (required, months_rule) = self.number(self.known.jkp_months, query.on)?;
        if let Some(counted) = query.months_paid.filter(|months| *months < required) {
            return Ok(Answer::nothing(Note::MonthsTooFew { counted, required }, months_rule));
        }
        let (limit, age_rule) = self.number(self.known.jkp_age, query.on)?;
        if query.age_at_joining.is_some_and(|age| age >= limit) {
            return Ok(Answer::nothing(Note::AgeOutside { limit }, age_rule));
        }
        let (cap, cap_rule) = self.number(self.known.jkp_cap, query.on)?;
        let entry = self.need(self.known.jkp_cash, query.on)?;
        let mut lines = Vec::new();
        for step in entry.steps() {
            let months = step.part_of(step.up_to.unwrap_or(step.above));
            let line = Line::of(LineKey::JkpCash, entry)
                .ruled(NumberKey::MonthsRequired, Quantity::Count(required), months_rule)
                .ruled(NumberKey::Age, Quantity::Count(limit), age_rule)
                .given(NumberKey::Months, Quantity::Count(months))
                .own(NumberKey::Share, Quantity::Share(Ppm(step.value)));
            // The cap weighs only where it cuts.
            let line = if query.wage > Rupiah(cap) {
                line.ruled(NumberKey::Limit, Quantity::Rupiah(Rupiah(cap)), cap_rule)
            } else {
                line.given(NumberKey::Wage, Quantity::Rupiah(query.wage))
            };
            lines.push(self.product(line, query.on)?);
        }
        Ok(Answer::of(lines)?.noted(Note::OnTerms))
    }
}
