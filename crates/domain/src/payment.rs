//! Payments read from bank statements: each line is matched to bills or is a break with a reason,
//! and a bill that is paid in full posts its transfers and yields the covered months.
//!
//! A line's money is given out in parts ([`part`]); what is not sure is only suggested, for one
//! person to put forward and another to approve. Nothing is deleted: a part is released by
//! reversing what it posted.

pub mod account;
pub mod line;
pub mod matching;
pub mod part;
pub mod reconcile;
pub mod settling;
pub mod suspense;

use base::Id;
use base::id::kind;

use crate::digest::Feed;

pub use account::{AccountRefusal, BankAccount};
pub use line::{Direction, StatementFacts, StatementLine, statement_lines};
pub use matching::{
    Break, BreakReason, Candidate, Match, MatchedBy, Matching, OpenBill, Policy, Suggestion, Taken,
    Why, candidates, match_lines, match_with,
};
pub use part::{LineState, Part, PartRefusal, Purpose, Stand, stand};
pub use settling::{Paid, SettleRefusal, Settlement, Unsettlement, settle, settle_parts, unsettle};

/// The reference printed on a bill for the payer to repeat: "PYG-" and eight characters.
pub fn bill_reference(bill: Id<kind::Bill>) -> String {
    let digest = Feed::new("bill reference").part(bill.as_bytes()).finish();
    let symbols = digest[..8].iter().map(|byte| crate::card::symbol(byte % 32));
    format!("PYG-{}", symbols.collect::<String>())
}

/// The reference of several bills that are paid at once, the first of which is given.
pub fn together_reference(first: Id<kind::Bill>) -> String {
    let digest = Feed::new("bills reference").part(first.as_bytes()).finish();
    let symbols = digest[..8].iter().map(|byte| crate::card::symbol(byte % 32));
    format!("PYG-{}", symbols.collect::<String>())
}

#[cfg(test)]
mod tests;
