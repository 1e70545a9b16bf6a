//! What is paid when it happens, line by line, each with its rule.
//!
//! A benefit follows the day of the event, whenever it is claimed: nothing here asks for the day
//! of the claim. Each programme has a file.

use base::{Day, Rupiah};

use crate::explain::{Line, LineKey, NumberKey, Quantity};
use crate::rulebook::{Key, RuleGap, Rulebook};
use crate::scheme::{Scheme, Schemes};

mod heirs;
mod jht;
mod jkk;
mod jkm;
mod jkp;
mod jp;
mod savings;
mod scholarship;
mod school_years;
#[cfg(test)]
mod tests;

pub use heirs::{Heir, HeirAnswer};
pub use jht::{JhtQuery, JhtReason};
pub use jkk::{
    AidsQuery, IncapacityQuery, JkkQuery, Loss, PartialQuery, ProsthesisCost, TransportQuery,
};
pub use jkm::{JkmQuery, parse_paid_months};
pub use jkp::JkpQuery;
pub use jp::JpQuery;
pub use savings::{JhtAccount, JhtAccountQuery, JhtDeposit, JhtMonth, JhtTaken};
pub use scholarship::{Cause, MonthsPaid, ScholarshipQuery, SchoolLevel, SchoolStart};

const JKK: Schemes = Schemes::EMPTY.with(Scheme::Jkk);
const JKM: Schemes = Schemes::EMPTY.with(Scheme::Jkm);
const JHT: Schemes = Schemes::EMPTY.with(Scheme::Jht);
const JP: Schemes = Schemes::EMPTY.with(Scheme::Jp);

/// A line whose amount a rule gives whole.
struct Fixed {
    key: LineKey,
    amount: Key,
    schemes: Schemes,
}

/// A line of equal amounts for some months.
struct Periodic {
    key: LineKey,
    monthly: Key,
    months: Key,
    schemes: Schemes,
}

impl Rulebook {
    fn fixed(&self, fixed: Fixed, event: Day) -> Result<Line, RuleGap> {
        let (amount, entry) = self.number(fixed.amount, event)?;
        Ok(Line::of(fixed.key, entry).in_schemes(fixed.schemes).amount(Rupiah(amount)))
    }

    fn periodic(&self, periodic: Periodic, event: Day) -> Result<Line, RuleGap> {
        let (monthly, entry) = self.number(periodic.monthly, event)?;
        let (months, months_rule) = self.number(periodic.months, event)?;
        let line = Line::of(periodic.key, entry)
            .in_schemes(periodic.schemes)
            .ruled(NumberKey::Months, Quantity::Count(months), months_rule)
            .own(NumberKey::Monthly, Quantity::Rupiah(Rupiah(monthly)));
        self.product(line, event)
    }
}

/// An amount of a question must not be less than nothing.
fn not_negative(amounts: impl IntoIterator<Item = Rupiah>) -> Result<(), RuleGap> {
    let negative = amounts.into_iter().any(|amount| amount < Rupiah::ZERO);
    if negative { Err(RuleGap::AmountNegative) } else { Ok(()) }
}
