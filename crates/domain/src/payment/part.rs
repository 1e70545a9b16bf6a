//! Parts of a line's money: what each was given out for, and where a line stands.
//!
//! The parts of a line are never more than the line, and those of a bill never more than the bill;
//! the store holds both by constraints too. A part is released, never taken away.

use base::id::kind;
use base::{Day, Id, Rupiah};

use super::line::{Direction, StatementLine};
use super::matching::MatchedBy;
use crate::digest::Feed;

/// What a part of a line's money is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// A bill.
    Bill(Id<kind::Bill>),
    /// Nobody knows yet: it waits in this fund's suspense account.
    Suspense(Id<kind::Fund>),
    /// What waited in suspense since this line has come back.
    Returned(Id<kind::StatementLine>),
    /// It undoes this line.
    Reversal(Id<kind::StatementLine>),
    /// Nothing that Payung keeps books of, such as a fee or another office's spending.
    Other,
}

impl Purpose {
    /// The stable name, without the record it speaks of.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Bill(_) => "bill",
            Purpose::Suspense(_) => "suspense",
            Purpose::Returned(_) => "returned",
            Purpose::Reversal(_) => "reversal",
            Purpose::Other => "other",
        }
    }

    /// The record it speaks of.
    pub fn about(self) -> Option<[u8; 16]> {
        match self {
            Purpose::Bill(id) => Some(*id.as_bytes()),
            Purpose::Suspense(id) => Some(*id.as_bytes()),
            Purpose::Returned(id) | Purpose::Reversal(id) => Some(*id.as_bytes()),
            Purpose::Other => None,
        }
    }

    /// Reads back what [`Purpose::name`] and [`Purpose::about`] gave out.
    pub fn from_parts(name: &str, about: Option<[u8; 16]>) -> Option<Purpose> {
        match (name, about) {
            ("bill", Some(id)) => Some(Purpose::Bill(Id::from_bytes(id))),
            ("suspense", Some(id)) => Some(Purpose::Suspense(Id::from_bytes(id))),
            ("returned", Some(id)) => Some(Purpose::Returned(Id::from_bytes(id))),
            ("reversal", Some(id)) => Some(Purpose::Reversal(Id::from_bytes(id))),
            ("other", None) => Some(Purpose::Other),
            _ => None,
        }
    }
}

/// A part of a line's money that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which; derived, so that giving out twice is once.
    pub id: Id<Part>,
    /// Of which line.
    pub line: Id<kind::StatementLine>,
    /// For what.
    pub purpose: Purpose,
    /// How much.
    pub amount: Rupiah,
    /// How it was recognised.
    pub by: MatchedBy,
    /// The day of the line.
    pub day: Day,
    /// When it was given out, in milliseconds since 1970-01-01 UTC.
    pub given_at_ms: i64,
    /// When it was released.
    pub released_at_ms: Option<i64>,
}

impl Part {
    /// Whether it was not released.
    pub fn stands(&self) -> bool {
        self.released_at_ms.is_none()
    }
}

/// The identifier of a line's part; `nth` counts the parts that the line has had before, released
/// ones too.
pub fn part_id(line: Id<kind::StatementLine>, nth: u32) -> Id<Part> {
    Feed::new("part").part(line.as_bytes()).number(i64::from(nth)).id()
}

/// Why a part is not given out; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartRefusal {
    /// The amount is not more than nothing.
    AmountNotPositive,
    /// The line has less left.
    LineExceeded,
    /// A bill is paid by money that goes out.
    WrongWay,
    /// The bill is a draft, or unknown.
    BillNotFinal,
    /// The bill lacks less.
    BillExceeded,
    /// The account holds another fund's money.
    OtherFund,
    /// The line spoken of is unknown, goes the same way, or is of another amount or account.
    CounterUnfit,
    /// The line spoken of has less in suspense.
    SuspenseExceeded,
    /// The part was released before, or is unknown.
    PartUnknown,
}

impl PartRefusal {
    /// Every refusal, in order.
    pub const ALL: [PartRefusal; 9] = [
        PartRefusal::AmountNotPositive,
        PartRefusal::LineExceeded,
        PartRefusal::WrongWay,
        PartRefusal::BillNotFinal,
        PartRefusal::BillExceeded,
        PartRefusal::OtherFund,
        PartRefusal::CounterUnfit,
        PartRefusal::SuspenseExceeded,
        PartRefusal::PartUnknown,
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            PartRefusal::AmountNotPositive => "PART_AMOUNT_NOT_POSITIVE",
            PartRefusal::LineExceeded => "PART_LINE_EXCEEDED",
            PartRefusal::WrongWay => "PART_WRONG_WAY",
            PartRefusal::BillNotFinal => "PART_BILL_NOT_FINAL",
            PartRefusal::BillExceeded => "PART_BILL_EXCEEDED",
            PartRefusal::OtherFund => "PART_OTHER_FUND",
            PartRefusal::CounterUnfit => "PART_COUNTER_UNFIT",
            PartRefusal::SuspenseExceeded => "PART_SUSPENSE_EXCEEDED",
            PartRefusal::PartUnknown => "PART_UNKNOWN",
        }
    }
}

/// What is known of the record that a part speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About<'a> {
    /// A bill, when there is one that is final: what it lacks, and its fund.
    Bill(Option<(Rupiah, Id<kind::Fund>)>),
    /// Another line: itself, whether it is of the same account, what of it waits in suspense.
    Line(Option<(&'a StatementLine, bool, Rupiah)>),
    /// Nothing.
    Nothing,
}

/// Whether so much of a line may be given out for a purpose; `left` is what the line has left and
/// `fund` the one whose cash its account holds.
///
/// # Errors
/// The first [`PartRefusal`] in their order.
pub fn check_part(
    line: &StatementLine,
    left: Rupiah,
    fund: Option<Id<kind::Fund>>,
    (purpose, amount): (Purpose, Rupiah),
    about: &About<'_>,
) -> Result<(), PartRefusal> {
    if amount <= Rupiah::ZERO {
        return Err(PartRefusal::AmountNotPositive);
    }
    if amount > left {
        return Err(PartRefusal::LineExceeded);
    }
    let comes_in = line.facts.direction == Direction::In;
    match (purpose, about) {
        (Purpose::Bill(_), _) if comes_in => Err(PartRefusal::WrongWay),
        (Purpose::Bill(_), About::Bill(Some((lacks, payer)))) => {
            if amount > *lacks {
                Err(PartRefusal::BillExceeded)
            } else if fund.is_some_and(|fund| fund != *payer) {
                Err(PartRefusal::OtherFund)
            } else {
                Ok(())
            }
        }
        (Purpose::Bill(_), _) => Err(PartRefusal::BillNotFinal),
        (Purpose::Suspense(of), _) if fund.is_some_and(|fund| fund != of) => {
            Err(PartRefusal::OtherFund)
        }
        (Purpose::Returned(_), _) if !comes_in => Err(PartRefusal::WrongWay),
        (Purpose::Returned(_), About::Line(Some((other, _, waits)))) => {
            if other.facts.direction == Direction::In || other.facts.day > line.facts.day {
                Err(PartRefusal::CounterUnfit)
            } else if amount > *waits {
                Err(PartRefusal::SuspenseExceeded)
            } else {
                Ok(())
            }
        }
        (Purpose::Reversal(_), About::Line(Some((other, same_account, _)))) => {
            let undoes = other.facts.amount == amount
                && line.facts.amount == amount
                && other.facts.direction != line.facts.direction
                && other.facts.day <= line.facts.day;
            if undoes && *same_account { Ok(()) } else { Err(PartRefusal::CounterUnfit) }
        }
        (Purpose::Returned(_) | Purpose::Reversal(_), _) => Err(PartRefusal::CounterUnfit),
        (Purpose::Suspense(_) | Purpose::Other, _) => Ok(()),
    }
}

/// Where a line stands; each line is in exactly one state, the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineState {
    /// A later line undid it.
    Reversed,
    /// It undoes an earlier line.
    Reversal,
    /// All of it paid one bill.
    Matched,
    /// All of it paid several bills.
    Split,
    /// It paid a bill, and the rest waits in suspense.
    Over,
    /// All of it waits in suspense.
    Suspense,
    /// What waited in suspense came back by it.
    Returned,
    /// It is nothing that Payung keeps books of.
    Other,
    /// Some of it was given out, and some was not.
    Partial,
    /// It pays bills as soon as lines are matched.
    Ready,
    /// Something is suggested.
    Suggested,
    /// Nothing is known of it.
    Unmatched,
}

impl LineState {
    /// Every state, in order.
    pub const ALL: [LineState; 12] = [
        LineState::Reversed,
        LineState::Reversal,
        LineState::Matched,
        LineState::Split,
        LineState::Over,
        LineState::Suspense,
        LineState::Returned,
        LineState::Other,
        LineState::Partial,
        LineState::Ready,
        LineState::Suggested,
        LineState::Unmatched,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            LineState::Reversed => "reversed",
            LineState::Reversal => "reversal",
            LineState::Matched => "matched",
            LineState::Split => "split",
            LineState::Over => "over",
            LineState::Suspense => "suspense",
            LineState::Returned => "returned",
            LineState::Other => "other",
            LineState::Partial => "partial",
            LineState::Ready => "ready",
            LineState::Suggested => "suggested",
            LineState::Unmatched => "unmatched",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<LineState> {
        LineState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether somebody still has to say what the line is.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            LineState::Partial | LineState::Ready | LineState::Suggested | LineState::Unmatched
        )
    }
}

/// What matching says of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// It pays bills.
    Pays,
    /// Something is suggested.
    Suggested,
    /// Nothing.
    Breaks,
}

/// The state of a line: its standing parts, whether a later line undid it, and what matching says.
pub fn stand(line: &StatementLine, parts: &[&Part], reversed: bool, found: Stand) -> LineState {
    let given = parts.iter().fold(Rupiah::ZERO, |sum, part| Rupiah(sum.0 + part.amount.0));
    let has = |is: fn(Purpose) -> bool| parts.iter().any(|part| is(part.purpose));
    let bills = parts.iter().filter(|part| matches!(part.purpose, Purpose::Bill(_))).count();
    let suspense = has(|purpose| matches!(purpose, Purpose::Suspense(_)));
    if reversed {
        LineState::Reversed
    } else if has(|purpose| matches!(purpose, Purpose::Reversal(_))) {
        LineState::Reversal
    } else if given == Rupiah::ZERO {
        match found {
            Stand::Pays => LineState::Ready,
            Stand::Suggested => LineState::Suggested,
            Stand::Breaks => LineState::Unmatched,
        }
    } else if given < line.facts.amount {
        LineState::Partial
    } else if bills > 0 && suspense {
        LineState::Over
    } else if suspense {
        LineState::Suspense
    } else if bills > 1 {
        LineState::Split
    } else if bills == 1 {
        LineState::Matched
    } else if has(|purpose| matches!(purpose, Purpose::Returned(_))) {
        LineState::Returned
    } else {
        LineState::Other
    }
}
