//! Which line pays which bill: what is sure is matched, what is likely is suggested with the
//! reason, and the rest is a break with a reason.
//!
//! The answer does not depend on the order of the lines. Everything is looked up (references by
//! stretches of text, amounts, sums of a month, words): the work grows with the lines plus the
//! bills.

mod board;
mod candidate;

use std::collections::{BTreeMap, HashSet};

use base::id::kind;
use base::{Id, Month, Rupiah};

pub use candidate::{Candidate, candidates};

use super::account::BankAccount;
use super::line::StatementLine;
use super::part::Purpose;

/// A final or posted bill, as matching sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBill {
    /// Which.
    pub id: Id<kind::Bill>,
    /// What a payer may write: [`super::bill_reference`], a billing code, a virtual account.
    pub references: Vec<Box<str>>,
    /// How much.
    pub total: Rupiah,
    /// The line that paid it, when one has; the first, when several have.
    pub paid_by: Option<Id<kind::StatementLine>>,
    /// What lines have paid of it so far.
    pub paid: Rupiah,
    /// The month it is for, when the day of a payment is to be compared with it.
    pub month: Option<Month>,
    /// The fund that pays it, when an account's fund is to be compared with it.
    pub fund: Option<Id<kind::Fund>>,
    /// What else a remark may say of it: the programme's name and code.
    pub words: Box<str>,
}

impl OpenBill {
    /// A bill of which nothing is paid, with nothing to compare but its references and amount.
    pub fn new(id: Id<kind::Bill>, references: Vec<Box<str>>, total: Rupiah) -> OpenBill {
        OpenBill {
            id,
            references,
            total,
            paid_by: None,
            paid: Rupiah::ZERO,
            month: None,
            fund: None,
            words: "".into(),
        }
    }

    /// What is still to be paid.
    pub fn left(&self) -> Rupiah {
        match self.paid_by {
            // One line alone has always paid all of it.
            Some(_) if self.paid == Rupiah::ZERO => Rupiah::ZERO,
            _ => Rupiah(self.total.0 - self.paid.0),
        }
    }
}

/// How a line was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchedBy {
    /// The text names the bill and the amount is the bill's.
    ReferenceAndAmount,
    /// The text names no bill; one line and one open bill have this amount.
    AmountOnly,
    /// Several lines name the bill, and together they are its amount.
    Together,
    /// The text names several bills, and the amount is theirs together.
    OneForMany,
    /// Two people have said so.
    People,
}

impl MatchedBy {
    /// Every way, in the order of trying.
    pub const ALL: [MatchedBy; 5] = [
        MatchedBy::ReferenceAndAmount,
        MatchedBy::AmountOnly,
        MatchedBy::Together,
        MatchedBy::OneForMany,
        MatchedBy::People,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            MatchedBy::ReferenceAndAmount => "reference-and-amount",
            MatchedBy::AmountOnly => "amount-only",
            MatchedBy::Together => "together",
            MatchedBy::OneForMany => "one-for-many",
            MatchedBy::People => "people",
        }
    }

    /// The way with this stable name.
    pub fn from_name(name: &str) -> Option<MatchedBy> {
        MatchedBy::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// A line, or a part of it, that pays a bill, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The line.
    pub line: Id<kind::StatementLine>,
    /// The bill.
    pub bill: Id<kind::Bill>,
    /// How it was recognised.
    pub by: MatchedBy,
    /// How much of the line pays how much of the bill.
    pub amount: Rupiah,
}

/// Why a line pays no bill by itself; the order is the order of trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BreakReason {
    /// The line has paid this bill before: a repeat, nothing to do.
    AlreadyUsed(Id<kind::Bill>),
    /// The line's money was given out before, or some of it.
    GivenOut,
    /// The line undoes this earlier one.
    Reverses(Id<kind::StatementLine>),
    /// Money came in; bills are paid by money going out.
    MoneyIn,
    /// The text names several bills, or several bills or lines have the amount.
    Ambiguous(Vec<Id<kind::Bill>>),
    /// The bill named is paid already.
    AlreadyPaid(Id<kind::Bill>),
    /// The account holds another fund's money than the bill's.
    OtherFund(Id<kind::Bill>),
    /// The bill named is for another amount.
    AmountDiffers {
        /// The bill.
        bill: Id<kind::Bill>,
        /// Paid less owed: negative when too little was paid.
        difference: Rupiah,
    },
    /// The one bill of this amount is of a month that the day is far from.
    OutsideWindow(Id<kind::Bill>),
    /// Another region pays, or may pay, for somebody on the bill that it would pay.
    Disputed(Id<kind::Bill>),
    /// Nothing known is paid by this.
    NoBill,
}

impl BreakReason {
    /// The stable code.
    pub fn name(&self) -> &'static str {
        match self {
            BreakReason::AlreadyUsed(_) => "ALREADY_USED",
            BreakReason::GivenOut => "GIVEN_OUT",
            BreakReason::Reverses(_) => "REVERSES",
            BreakReason::MoneyIn => "MONEY_IN",
            BreakReason::Ambiguous(_) => "AMBIGUOUS",
            BreakReason::AlreadyPaid(_) => "ALREADY_PAID",
            BreakReason::OtherFund(_) => "OTHER_FUND",
            BreakReason::AmountDiffers { .. } => "AMOUNT_DIFFERS",
            BreakReason::OutsideWindow(_) => "OUTSIDE_WINDOW",
            BreakReason::Disputed(_) => "BILL_DISPUTED",
            BreakReason::NoBill => "NO_BILL",
        }
    }
}

/// A line that pays no bill by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The line.
    pub line: Id<kind::StatementLine>,
    /// Why.
    pub reason: BreakReason,
}

/// Why something is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The text names the bill.
    Named,
    /// The amount is what the bill lacks.
    SameAmount,
    /// Less than the bill lacks: a part payment.
    Under,
    /// More than the bill lacks: the rest waits in suspense.
    Over,
    /// The bill is paid: the money waits in suspense.
    PaidTwice,
    /// The amount is what the open bills of one month lack together.
    MonthTogether,
    /// The amount is what two open bills lack together.
    TwoTogether,
    /// The amount is near what the bill lacks, as when a fee was taken off.
    Near,
    /// The text has words of the programme.
    Words,
    /// The day is near the bill's month.
    NearMonth,
    /// It undoes an earlier line.
    Reverses,
}

impl Why {
    /// Every reason, the strongest first.
    pub const ALL: [Why; 11] = [
        Why::Named,
        Why::SameAmount,
        Why::Under,
        Why::Over,
        Why::PaidTwice,
        Why::MonthTogether,
        Why::TwoTogether,
        Why::Near,
        Why::Words,
        Why::NearMonth,
        Why::Reverses,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Why::Named => "named",
            Why::SameAmount => "same-amount",
            Why::Under => "under",
            Why::Over => "over",
            Why::PaidTwice => "paid-twice",
            Why::MonthTogether => "month-together",
            Why::TwoTogether => "two-together",
            Why::Near => "near",
            Why::Words => "words",
            Why::NearMonth => "near-month",
            Why::Reverses => "reverses",
        }
    }
}

/// What may be done with a line that pays nothing by itself; a person puts it forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The line.
    pub line: Id<kind::StatementLine>,
    /// What its money would be given out for.
    pub parts: Vec<(Purpose, Rupiah)>,
    /// Why.
    pub whys: Vec<Why>,
}

/// What lies within reach, as data of the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How many days before its month a bill may be paid by an amount alone.
    pub days_before: u16,
    /// How many days after its month.
    pub days_after: u16,
    /// How far an amount may be from a bill's to be suggested.
    pub near: Rupiah,
    /// How many days later a bank undoes a line.
    pub reversal_days: u16,
}

impl Default for Policy {
    fn default() -> Policy {
        let near = Rupiah(10_000); // not law: what a bank's fee may come to
        Policy { days_before: 45, days_after: 75, near, reversal_days: 31 }
    }
}

/// A line with what has been done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The line.
    pub line: StatementLine,
    /// The account it is of; none when only one is looked at.
    pub account: Option<Id<BankAccount>>,
    /// The fund whose cash the account holds.
    pub fund: Option<Id<kind::Fund>>,
    /// How much of it was given out.
    pub used: Rupiah,
    /// Whether a later line undid it.
    pub reversed: bool,
}

impl Taken {
    /// A line of which nothing was given out.
    pub fn fresh(line: StatementLine) -> Taken {
        Taken { line, account: None, fund: None, used: Rupiah::ZERO, reversed: false }
    }

    /// What of it was not given out.
    pub fn left(&self) -> Rupiah {
        Rupiah(self.line.facts.amount.0 - self.used.0)
    }
}

/// Every line of a statement, matched or broken, in the order of the lines.
///
/// # Shape
/// A line is in `matches` (once per bill it pays) or, once, in `breaks`; `suggestions` are about
/// lines of `breaks`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matching {
    /// The lines that pay a bill.
    pub matches: Vec<Match>,
    /// The rest.
    pub breaks: Vec<Break>,
    /// What may be done with lines of the rest.
    pub suggestions: Vec<Suggestion>,
    /// Open bills that no line pays in full, in the order of the bills.
    pub unpaid: Vec<Id<kind::Bill>>,
}

/// Matches lines of which nothing was given out, by the usual policy.
pub fn match_lines(lines: &[StatementLine], bills: &[OpenBill]) -> Matching {
    let lines: Vec<Taken> = lines.iter().cloned().map(Taken::fresh).collect();
    match_with(&lines, bills, &Policy::default())
}

/// Matches lines to bills: by reference and amount, then by an amount that only one line and one
/// open bill have.
pub fn match_with(lines: &[Taken], bills: &[OpenBill], policy: &Policy) -> Matching {
    let mut board = board::Board::of(bills, policy);
    let answers = board.answers(lines);
    let mut matching = Matching::default();
    for (taken, answer) in lines.iter().zip(answers) {
        let line = taken.line.id;
        match answer {
            board::Answer::Pays(places, by) => {
                let pays = places.into_iter().map(|(place, amount)| {
                    let bill = bills[place].id;
                    Match { line, bill, by, amount }
                });
                matching.matches.extend(pays);
            }
            board::Answer::Breaks(reason, suggested) => {
                matching.breaks.push(Break { line, reason });
                matching.suggestions.extend(suggested.map(|(parts, whys)| Suggestion {
                    line,
                    parts,
                    whys,
                }));
            }
        }
    }
    let unpaid = bills.iter().enumerate().filter(|(place, _)| !board.is_paid(*place));
    matching.unpaid = unpaid.map(|(_, bill)| bill.id).collect();
    matching
}

impl Matching {
    /// Takes back what a line would pay where one of its bills is disputed: the line waits whole.
    /// The bills took part in the matching, so that no other is taken for them.
    pub fn leave_disputed(&mut self, disputed: &HashSet<Id<kind::Bill>>) {
        let mut lines: BTreeMap<Id<kind::StatementLine>, Id<kind::Bill>> = BTreeMap::new();
        for found in self.matches.iter().filter(|found| disputed.contains(&found.bill)) {
            lines.entry(found.line).or_insert(found.bill);
        }
        if lines.is_empty() {
            return;
        }
        let left = self.matches.extract_if(.., |found| lines.contains_key(&found.line));
        self.unpaid.extend(left.map(|found| found.bill));
        self.unpaid.sort_unstable();
        self.unpaid.dedup();
        let breaks = lines.into_iter().map(|(line, bill)| {
            let reason = BreakReason::Disputed(bill);
            Break { line, reason }
        });
        self.breaks.extend(breaks);
    }
}

/// Letters and digits only, upper case: banks drop and add the rest.
pub(super) fn folded(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// The words of a text that may tell one programme from another.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|word| word.chars().count() >= WORD_LENGTH_MIN).map(str::to_uppercase)
}

/// Shorter words occur everywhere.
const WORD_LENGTH_MIN: usize = 4;
