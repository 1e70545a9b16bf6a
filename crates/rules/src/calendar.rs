//! Which days offices and banks are open, and the last day to pay a contribution.

use base::{Day, Month};

use crate::rule::Entry;
use crate::rulebook::{RuleGap, Rulebook};
use crate::scheme::Segment;

#[cfg(test)]
mod tests;

/// The last day to pay a month's contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDay<'a> {
    /// The day, moved off weekends and holidays.
    pub day: Day,
    /// The day as the law names it.
    pub nominal: Day,
    /// The rules that decided.
    pub rules: Vec<&'a Entry>,
}

impl Rulebook {
    /// The last day to pay the contribution of a month.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies in the month.
    ///
    /// # Source
    /// PP 44/2015 and PP 49/2020 Pasal 4; for BPU an open parameter (P5).
    pub fn due_day(&self, segment: Segment, month: Month) -> Result<DueDay<'_>, RuleGap> {
        let of_segment = match segment {
            Segment::Bpu => self.known.due_month_bpu,
            Segment::Pu | Segment::Construction | Segment::Pmi => self.known.due_month_pu,
        };
        let (which, month_rule) = self.choice(of_segment, month.first_day())?;
        let mut due = self.due_day_in(month, which == "same-month")?;
        due.rules.push(month_rule);
        Ok(due)
    }

    /// The last day to pay a month's contribution, in that month or in the next.
    pub(crate) fn due_day_in(&self, month: Month, same: bool) -> Result<DueDay<'_>, RuleGap> {
        let key_day = month.first_day();
        let (date, date_rule) = self.number(self.known.due_day, key_day)?;
        let nominal = day_in(if same { month } else { month.plus(1) }, date);
        let mut rules = vec![date_rule];
        let (word, moving) = self.choice(self.known.due_holiday, key_day)?;
        let (step, leave_counts) = match word {
            "next-workday" => (1, true),
            "next-workday-despite-leave" => (1, false),
            "previous-workday" => (-1, true),
            _ => return Ok(DueDay { day: nominal, nominal, rules }),
        };
        let mut day = nominal;
        // The longest run of closed days on record is under two weeks; a month is far beyond.
        for _ in 0..31 {
            if !self.is_closed(day, leave_counts) {
                break;
            }
            day = day.plus_days(step);
        }
        if day != nominal {
            rules.push(moving);
        }
        // The list of holidays weighs only where it was, or might have been, asked.
        rules.extend(self.entry(self.known.holidays, day).filter(|_| !is_weekend(day)));
        Ok(DueDay { day, nominal, rules })
    }

    /// Whether offices and banks work on a day.
    pub fn is_workday(&self, day: Day) -> bool {
        !self.is_closed(day, true)
    }

    fn is_closed(&self, day: Day, leave_counts: bool) -> bool {
        let holidays = self.entry(self.known.holidays, day).map_or(&[][..], Entry::days);
        let closed = holidays
            .iter()
            .any(|holiday| holiday.day == day && (leave_counts || !holiday.collective_leave));
        closed || is_weekend(day)
    }
}

/// The day of a month with this number, or the month's last.
fn day_in(month: Month, date: i64) -> Day {
    let last = month.last_day();
    let number = i8::try_from(date).unwrap_or(last.day());
    Day::new(last.year(), last.month(), number).unwrap_or(last)
}

fn is_weekend(day: Day) -> bool {
    let monday = Day::new(2024, 1, 1).expect("the first of January 2024"); // not law: a Monday
    monday.days_until(day).rem_euclid(7) >= 5
}
