//! The account of old age savings (JHT), month by month: what came in, what it grew by, what was
//! taken out. Claims, accounts of members and simulations all ask this one function.

use std::collections::BTreeMap;

use base::{Day, Month, Ppm, Rupiah};

use super::{JHT, not_negative};
use crate::explain::{Answer, Line, LineKey, NumberKey, Quantity};
use crate::rule::{Entry, RuleId};
use crate::rulebook::{RuleGap, Rulebook};

#[cfg(test)]
mod tests;

/// A contribution that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JhtDeposit {
    /// The month it is for.
    pub month: Month,
    /// The month in which it was paid.
    pub paid: Month,
    /// How much.
    pub rupiah: Rupiah,
}

/// Savings that were paid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JhtTaken {
    /// When.
    pub month: Month,
    /// How much reached the member.
    pub rupiah: Rupiah,
    /// Whether all of the balance was paid, so that nothing is left whatever reached the member.
    pub whole: bool,
}

/// What came in and what was taken, as a question about the balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JhtAccountQuery {
    /// Contributions, in any order.
    pub paid_in: Vec<JhtDeposit>,
    /// Payments to the member, in any order.
    pub taken: Vec<JhtTaken>,
    /// The last month that still counts, wholly.
    pub until: Month,
}

/// One month of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JhtMonth {
    /// Which.
    pub month: Month,
    /// What came in.
    pub paid_in: Rupiah,
    /// What the balance of the month before grew by.
    pub growth: Rupiah,
    /// What was taken out.
    pub taken: Rupiah,
    /// What there is at the end of the month.
    pub balance: Rupiah,
    /// The growth of a year at which it grew.
    pub rate: Ppm,
    /// The rule that gives it.
    pub rule: RuleId,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JhtAccount {
    /// The balance with the lines that it is made of, each with its article.
    pub answer: Answer,
    /// Month by month, from the first that something came in.
    pub months: Vec<JhtMonth>,
    /// All that came in.
    pub paid_in: Rupiah,
    /// All that it grew by.
    pub growth: Rupiah,
    /// All that was taken out, with what a payment in full took besides what reached the member.
    pub taken: Rupiah,
    /// What was paid to the member beyond what this account had.
    pub beyond: Rupiah,
}

impl JhtDeposit {
    /// A contribution that was paid in its own month.
    pub fn on_time(month: Month, rupiah: Rupiah) -> JhtDeposit {
        JhtDeposit { month, paid: month, rupiah }
    }
}

/// Months that grow at one rate and whose growth is rounded once.
struct Span<'a> {
    entry: &'a Entry,
    rate: i64,
    from: Day,
    /// Twelfths of a rupiah: each month's balance earns a twelfth of the year's rate.
    twelfths: i64,
    grown: Rupiah,
}

/// An account while it is counted.
struct Running<'a> {
    /// What earns.
    earning: Rupiah,
    /// Growth of spans that are over and that does not earn yet.
    resting: Rupiah,
    span: Option<Span<'a>>,
    /// The rule that says when growth earns.
    added: &'a Entry,
    lines: Vec<Line>,
}

impl Rulebook {
    /// What an account comes to, month by month: each month the balance of the month before earns
    /// a twelfth of the year's rate.
    ///
    /// # Shape
    /// The answer has one line for what came in, one for each year (or month) and rate that added
    /// something, and one for what was taken. Its total is the balance.
    ///
    /// # Errors
    /// [`RuleGap`] when no rate is known for a month or an amount is below nothing.
    ///
    /// # Source
    /// PP 46/2015; the yearly rates, from when money grows and when growth grows itself are open
    /// parameters until somebody writes them down.
    pub fn jht_account(&self, query: &JhtAccountQuery) -> Result<JhtAccount, RuleGap> {
        not_negative(query.paid_in.iter().map(|one| one.rupiah))?;
        not_negative(query.taken.iter().map(|one| one.rupiah))?;
        let (came_in, moved_by) = self.came_in(&query.paid_in)?;
        let begins = came_in.keys().next().copied().filter(|first| *first <= query.until);
        let due = query.taken.iter().filter(|one| one.month <= query.until);
        let Some(first) = begins else { return empty(due.map(|one| one.rupiah)) };
        let mut taken: BTreeMap<Month, (Rupiah, bool)> = BTreeMap::new();
        for one in due {
            let sum = taken.entry(one.month.max(first)).or_default();
            *sum = (sum.0.plus(one.rupiah)?, sum.1 || one.whole);
        }
        let (word, added) = self.choice(self.known.jht_growth_added, first.first_day())?;
        let is_monthly = word == "monthly";
        let (earning, resting) = (Rupiah::ZERO, Rupiah::ZERO);
        let mut running = Running { earning, resting, span: None, added, lines: Vec::new() };
        let mut account = empty(std::iter::empty())?;
        for month in first.through(query.until) {
            let rate = self.number(self.known.jht_growth, month.first_day())?;
            let is_new_year = month.month() == 1;
            running.turn(self, rate, (is_monthly || is_new_year, month.first_day()))?;
            let grown = running.grow(self)?;
            let paid_in = came_in.get(&month).copied().unwrap_or_default();
            running.earning = running.earning.plus(paid_in)?;
            let (out, beyond) = match taken.get(&month) {
                Some(asked) => running.take(self, *asked)?,
                None => (Rupiah::ZERO, Rupiah::ZERO),
            };
            account.beyond = account.beyond.plus(beyond)?;
            account.months.push(JhtMonth {
                month,
                paid_in,
                growth: grown,
                taken: out,
                balance: running.balance()?,
                rate: Ppm(rate.0),
                rule: rate.1.rule.clone(),
            });
        }
        running.close(self)?;
        let rule = self.need(self.known.jht_share, first.first_day())?;
        self.finish(account, (rule, moved_by), running.lines)
    }

    /// What came in by the month from which it counts, and the rule that said so where it moved a
    /// contribution to another month than its own.
    fn came_in(
        &self,
        paid_in: &[JhtDeposit],
    ) -> Result<(BTreeMap<Month, Rupiah>, Option<&Entry>), RuleGap> {
        let mut by_month: BTreeMap<Month, Rupiah> = BTreeMap::new();
        let mut moved_by = None;
        for one in paid_in {
            let mut month = one.month;
            if one.paid != one.month {
                let day = one.month.first_day();
                let (word, entry) = self.choice(self.known.jht_growth_from, day)?;
                month = match word {
                    "contribution-month" => one.month,
                    "payment-month" => one.paid,
                    _ => one.month.max(one.paid),
                };
                moved_by = Some(entry);
            }
            let sum = by_month.entry(month).or_default();
            *sum = sum.plus(one.rupiah)?;
        }
        Ok((by_month, moved_by))
    }

    fn finish(
        &self,
        account: JhtAccount,
        (rule, moved_by): (&Entry, Option<&Entry>),
        growth: Vec<Line>,
    ) -> Result<JhtAccount, RuleGap> {
        let sum = |of: fn(&JhtMonth) -> Rupiah| Rupiah::sum(account.months.iter().map(of));
        let paid_in = sum(|month| month.paid_in)?;
        let (grown, taken) = (sum(|month| month.growth)?, sum(|month| month.taken)?);
        let mut start = Line::of(LineKey::JhtPaidIn, rule).in_schemes(JHT).amount(paid_in);
        if let Some(entry) = moved_by {
            start.weaken(entry);
        }
        let mut lines = vec![start];
        lines.extend(growth);
        if taken > Rupiah::ZERO {
            let line = Line::of(LineKey::JhtTaken, rule).in_schemes(JHT);
            lines.push(line.amount(Rupiah::ZERO.minus(taken)?));
        }
        Ok(JhtAccount { answer: Answer::of(lines)?, paid_in, growth: grown, taken, ..account })
    }
}

impl<'a> Running<'a> {
    /// Begins a month: a span ends with its rate, and with its year where growth joins by years.
    fn turn(
        &mut self,
        rules: &Rulebook,
        (rate, entry): (i64, &'a Entry),
        (joins, day): (bool, Day),
    ) -> Result<(), RuleGap> {
        let goes_on = self.span.as_ref().is_some_and(|span| span.entry.rule == entry.rule);
        if joins || !goes_on {
            self.close(rules)?;
            let (from, twelfths, grown) = (day, 0, Rupiah::ZERO);
            self.span = Some(Span { entry, rate, from, twelfths, grown });
        }
        if joins {
            self.join()?;
        }
        Ok(())
    }

    /// What a month adds: the growth of the span so far, less what it had added before, so that
    /// the months of a span add up to its one rounded amount.
    fn grow(&mut self, rules: &Rulebook) -> Result<Rupiah, RuleGap> {
        let Some(span) = &mut self.span else { return Ok(Rupiah::ZERO) };
        let sum = span.twelfths.checked_add(self.earning.0).ok_or(RuleGap::AmountTooLarge)?;
        span.twelfths = sum;
        let top = i128::from(sum) * i128::from(span.rate);
        let (whole, _) = rules.settle(top, PARTS, span.from)?;
        let grown = whole.minus(span.grown)?;
        span.grown = whole;
        Ok(grown)
    }

    /// Takes a payment out: what there was of it, and what was paid beyond.
    fn take(
        &mut self,
        rules: &Rulebook,
        (asked, is_whole): (Rupiah, bool),
    ) -> Result<(Rupiah, Rupiah), RuleGap> {
        let balance = self.balance()?;
        let out = if is_whole { balance } else { asked.min(balance) };
        if out > self.earning {
            self.close(rules)?;
            self.join()?;
        }
        self.earning = self.earning.minus(out)?;
        Ok((out, asked.minus(asked.min(balance))?))
    }

    fn balance(&self) -> Result<Rupiah, RuleGap> {
        let grown = self.span.as_ref().map_or(Rupiah::ZERO, |span| span.grown);
        Ok(Rupiah::sum([self.earning, self.resting, grown])?)
    }

    /// Ends a span: its growth is a line of the answer and rests until it earns itself.
    fn close(&mut self, rules: &Rulebook) -> Result<(), RuleGap> {
        let Some(span) = self.span.take().filter(|span| span.twelfths > 0) else { return Ok(()) };
        let line = Line::of(LineKey::JhtGrowth, span.entry)
            .in_schemes(JHT)
            .own(NumberKey::Growth, Quantity::Share(Ppm(span.rate)))
            .given(NumberKey::Balance, Quantity::Rupiah(Rupiah(span.twelfths)))
            .given(NumberKey::MonthsInYear, Quantity::Divisor(MONTHS_IN_YEAR));
        let mut line = rules.product(line, span.from)?;
        line.weaken(self.added);
        self.resting = self.resting.plus(line.rupiah)?;
        self.lines.push(line);
        Ok(())
    }

    /// From now on growth earns itself.
    fn join(&mut self) -> Result<(), RuleGap> {
        self.earning = self.earning.plus(std::mem::take(&mut self.resting))?;
        Ok(())
    }
}

const MONTHS_IN_YEAR: i64 = 12; // not law: the calendar
/// Twelfths of parts per million in a whole.
const PARTS: i128 = 12_000_000; // not law: parts per million in twelve months

/// An account that nothing came into; whatever was paid out is beyond it.
fn empty(taken: impl Iterator<Item = Rupiah>) -> Result<JhtAccount, RuleGap> {
    Ok(JhtAccount {
        answer: Answer::of(Vec::new())?,
        months: Vec::new(),
        paid_in: Rupiah::ZERO,
        growth: Rupiah::ZERO,
        taken: Rupiah::ZERO,
        beyond: Rupiah::sum(taken)?,
    })
}
