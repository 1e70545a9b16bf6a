//! What paying late costs, and the day from which it is late.

use base::{Day, Month, Ppm, Rupiah};

use super::{key_day, not_negative};
use crate::explain::{Answer, Line, LineKey, Note, NumberKey, Quantity};
use crate::rulebook::{RuleGap, Rulebook};
use crate::scheme::Segment;

/// A contribution paid on some day, as a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PenaltyQuery {
    /// The segment: wage earners' employers pay a penalty, who earns no wage does not.
    pub segment: Segment,
    /// The month the contribution is for.
    pub month: Month,
    /// The contribution owed.
    pub contribution: Rupiah,
    /// The day it is paid.
    pub paid_on: Day,
}

impl Rulebook {
    /// What paying a contribution on a day costs besides.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies in the month or the contribution is below nothing.
    ///
    /// # Source
    /// PP 44/2015 and PP 49/2020 Pasal 23 (PU), the official answers on arrears (BPU).
    pub fn penalty(&self, query: &PenaltyQuery) -> Result<Answer, RuleGap> {
        not_negative(query.contribution)?;
        let day = key_day(query.month);
        let due = self.due_day(query.segment, query.month)?;
        let key = match query.segment {
            Segment::Bpu => self.known.penalty_bpu,
            Segment::Pu | Segment::Construction | Segment::Pmi => self.known.penalty_pu,
        };
        let (rate, entry) = self.number(key, day)?;
        if query.paid_on <= due.day {
            return Ok(Answer::nothing(Note::OnTime, entry));
        }
        let (word, counting) = self.choice(self.known.penalty_months, day)?;
        let started = months_late(due.day, query.paid_on, true);
        let full = months_late(due.day, query.paid_on, false);
        let months = if word == "full-months" { full } else { started };
        let mut line = Line::of(LineKey::Penalty, entry)
            .own(NumberKey::Rate, Quantity::Share(Ppm(rate)))
            .given(NumberKey::Months, Quantity::Count(months))
            .given(NumberKey::Contribution, Quantity::Rupiah(query.contribution))
            .given(NumberKey::DueDay, Quantity::Day(due.day));
        // Where there is no penalty, neither the day nor the months decide anything.
        if rate != 0 {
            due.rules.iter().for_each(|rule| line.weaken(rule));
            if started != full {
                line.weaken(counting);
            }
        }
        Answer::of(vec![self.product(line, day)?])
    }
}

/// Months between the due day and the day of payment: begun, or complete.
fn months_late(due: Day, paid: Day, begun: bool) -> i64 {
    let months = i64::from(due.month_of().months_until(paid.month_of()));
    let anniversary = due.day().min(paid.month_of().last_day().day());
    let past = if begun { paid.day() > anniversary } else { paid.day() >= anniversary };
    match (begun, past) {
        (true, true) => months + 1,
        (true, false) | (false, true) => months,
        (false, false) => months - 1,
    }
}
