//! Lines of bank statements and their names, which follow from what they say.

use std::collections::HashMap;
use std::fmt;

use base::id::kind;
use base::{Day, Id, Rupiah};

use crate::digest::Feed;

/// Which way a line moves money, seen from the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Into the account.
    In,
    /// Out of the account.
    Out,
}

impl Direction {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
        }
    }

    /// The direction with this stable name.
    pub fn from_name(name: &str) -> Option<Direction> {
        [Direction::In, Direction::Out].into_iter().find(|direction| direction.name() == name)
    }
}

/// What a statement says about one movement.
#[derive(Clone, PartialEq, Eq)]
pub struct StatementFacts {
    /// The day of booking.
    pub day: Day,
    /// How much, more than nothing.
    pub amount: Rupiah,
    /// Which way.
    pub direction: Direction,
    /// Remark, reference, news: all the text of the line.
    pub reference: Box<str>,
    /// The balance after the line, when the statement gives one.
    pub balance: Option<Rupiah>,
    /// Whether the bank says that it undoes an earlier line.
    pub reversal: bool,
}

/// A bank's remark may name people: only its length is shown.
impl fmt::Debug for StatementFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (way, length) = (self.direction.name(), self.reference.chars().count());
        write!(f, "StatementFacts({} {way} {}, {length} characters)", self.day, self.amount)
    }
}

impl StatementFacts {
    /// The amount with the sign it has for the account.
    pub fn signed(&self) -> Rupiah {
        match self.direction {
            Direction::In => self.amount,
            Direction::Out => Rupiah(-self.amount.0),
        }
    }
}

/// One line of a bank statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// Which; derived from the account and what the line says, so that overlapping statements and
    /// a second import give the same line.
    pub id: Id<kind::StatementLine>,
    /// What it says.
    pub facts: StatementFacts,
}

/// Names the lines of a statement.
///
/// `account` is the bank account the statement is about. Lines that say exactly the same are told
/// apart by their order, so two equal payments on one day are two.
pub fn statement_lines(account: &str, facts: Vec<StatementFacts>) -> Vec<StatementLine> {
    let mut twins: HashMap<[u8; 32], i64> = HashMap::new();
    let mut named = Vec::with_capacity(facts.len());
    for facts in facts {
        let says = Feed::new("statement line")
            .part(account.as_bytes())
            .number(facts.day.as_number())
            .number(facts.amount.0)
            .part(facts.direction.name().as_bytes())
            .part(facts.reference.as_bytes())
            .number(facts.balance.map_or(i64::MIN, |balance| balance.0))
            .finish();
        let twin = twins.entry(says).or_insert(0);
        let id = Feed::new("statement line id").part(&says).number(*twin).id();
        *twin += 1;
        named.push(StatementLine { id, facts });
    }
    named
}
