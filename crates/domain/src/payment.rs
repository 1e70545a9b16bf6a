//! Payments read from bank statements: each line is matched to one bill or is a break with a
//! reason, and a settled bill posts its transfers and yields the covered months.
//!
//! A partial payment, an overpayment and one payment for two bills are breaks for a human to work.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

use base::id::kind;
use base::{Day, Id, Rupiah};

use crate::billing::{Bill, BillState, pending_transfers};
use crate::coverage::CoveredMonth;
use crate::digest::Feed;
use crate::ledger::chart::Books;
use crate::ledger::{Document, Origin, Transfer, TransferCode, TransferKind};
use crate::programme::Programme;

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
}

/// A bank's remark may name people: only its length is shown.
impl fmt::Debug for StatementFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (way, length) = (self.direction.name(), self.reference.chars().count());
        write!(f, "StatementFacts({} {way} {}, {length} characters)", self.day, self.amount)
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

/// A final or posted bill, as matching sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBill {
    /// Which.
    pub id: Id<kind::Bill>,
    /// What a payer may write: [`bill_reference`], a billing code, a virtual account.
    pub references: Vec<Box<str>>,
    /// How much.
    pub total: Rupiah,
    /// The line that paid it, when one has.
    pub paid_by: Option<Id<kind::StatementLine>>,
}

/// The reference printed on a bill for the payer to repeat: "PYG-" and eight characters.
pub fn bill_reference(bill: Id<kind::Bill>) -> String {
    let digest = Feed::new("bill reference").part(bill.as_bytes()).finish();
    let symbols = digest[..8].iter().map(|byte| crate::card::symbol(byte % 32));
    format!("PYG-{}", symbols.collect::<String>())
}

/// How a line was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchedBy {
    /// The text names the bill and the amount is the bill's.
    ReferenceAndAmount,
    /// The text names no bill; one line and one open bill have this amount.
    AmountOnly,
}

impl MatchedBy {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            MatchedBy::ReferenceAndAmount => "reference-and-amount",
            MatchedBy::AmountOnly => "amount-only",
        }
    }
}

/// A line that pays a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The line.
    pub line: Id<kind::StatementLine>,
    /// The bill.
    pub bill: Id<kind::Bill>,
    /// How it was recognised.
    pub by: MatchedBy,
}

/// Why a line pays no bill; the order is the order of trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BreakReason {
    /// The line has paid this bill before: a repeat, nothing to do.
    AlreadyUsed(Id<kind::Bill>),
    /// Money came in; bills are paid by money going out.
    MoneyIn,
    /// The text names several bills, or several bills or lines have the amount.
    Ambiguous(Vec<Id<kind::Bill>>),
    /// The bill named is paid already.
    AlreadyPaid(Id<kind::Bill>),
    /// The bill named is for another amount.
    AmountDiffers {
        /// The bill.
        bill: Id<kind::Bill>,
        /// Paid less billed: negative when too little was paid.
        difference: Rupiah,
    },
    /// Nothing known is paid by this.
    NoBill,
}

impl BreakReason {
    /// The stable code.
    pub fn name(&self) -> &'static str {
        match self {
            BreakReason::AlreadyUsed(_) => "ALREADY_USED",
            BreakReason::MoneyIn => "MONEY_IN",
            BreakReason::Ambiguous(_) => "AMBIGUOUS",
            BreakReason::AlreadyPaid(_) => "ALREADY_PAID",
            BreakReason::AmountDiffers { .. } => "AMOUNT_DIFFERS",
            BreakReason::NoBill => "NO_BILL",
        }
    }
}

/// A line that pays no bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The line.
    pub line: Id<kind::StatementLine>,
    /// Why.
    pub reason: BreakReason,
}

/// Every line of a statement, matched or broken, once each, in the order of the lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matching {
    /// The lines that pay a bill.
    pub matches: Vec<Match>,
    /// The rest.
    pub breaks: Vec<Break>,
    /// Open bills that no line pays, in the order of the bills.
    pub unpaid: Vec<Id<kind::Bill>>,
}

/// Matches lines to bills: first by reference and amount, then by an amount that only one line and
/// one open bill have.
pub fn match_lines(lines: &[StatementLine], bills: &[OpenBill]) -> Matching {
    let mut board = Board::of(bills);
    let named: Vec<Verdict> = lines.iter().map(|line| board.by_reference(line)).collect();
    let mut rivals: HashMap<Rupiah, u32> = HashMap::new();
    for (line, _) in lines.iter().zip(&named).filter(|(_, verdict)| **verdict == Verdict::Nameless)
    {
        *rivals.entry(line.facts.amount).or_default() += 1;
    }
    let mut matching = Matching::default();
    for (line, verdict) in lines.iter().zip(named) {
        let verdict = match verdict {
            Verdict::Nameless => board.by_amount(line, rivals[&line.facts.amount]),
            verdict => verdict,
        };
        match verdict {
            Verdict::Pays(bill, by) => matching.matches.push(Match { line: line.id, bill, by }),
            Verdict::Breaks(reason) => matching.breaks.push(Break { line: line.id, reason }),
            Verdict::Nameless => unreachable!("by_amount() always answers"),
        }
    }
    let unpaid = bills.iter().filter(|bill| !board.paid.contains(&bill.id));
    matching.unpaid = unpaid.map(|bill| bill.id).collect();
    matching
}

/// A bill paid: the posted bill, what the ledger is asked to do, the months that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The bill, now posted.
    pub bill: Bill,
    /// The batch, to be posted as a whole: the promises kept, then the money.
    pub transfers: Vec<Transfer>,
    /// One per line of the bill.
    pub covered: Vec<CoveredMonth>,
}

/// Why a bill is not settled; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettleRefusal {
    /// The bill is posted already.
    AlreadyPosted,
    /// The bill is still a draft.
    NotFinal,
    /// The bill is another programme's.
    OtherProgramme,
    /// Money came in.
    MoneyIn,
    /// Paid less billed; not nothing.
    AmountDiffers(Rupiah),
}

impl SettleRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            SettleRefusal::AlreadyPosted => "ALREADY_POSTED",
            SettleRefusal::NotFinal => "NOT_FINAL",
            SettleRefusal::OtherProgramme => "OTHER_PROGRAMME",
            SettleRefusal::MoneyIn => "MONEY_IN",
            SettleRefusal::AmountDiffers(_) => "AMOUNT_DIFFERS",
        }
    }
}

/// Pays a final bill with a line.
///
/// # Errors
/// The first [`SettleRefusal`] in their order.
pub fn settle(
    bill: &Bill,
    programme: &Programme,
    line: &StatementLine,
) -> Result<Settlement, SettleRefusal> {
    let difference = Rupiah(line.facts.amount.0 - bill.total.0);
    if bill.state == BillState::Posted {
        Err(SettleRefusal::AlreadyPosted)
    } else if bill.state == BillState::Draft {
        Err(SettleRefusal::NotFinal)
    } else if bill.programme != programme.id {
        Err(SettleRefusal::OtherProgramme)
    } else if line.facts.direction == Direction::In {
        Err(SettleRefusal::MoneyIn)
    } else if difference != Rupiah::ZERO {
        Err(SettleRefusal::AmountDiffers(difference))
    } else {
        Ok(settlement(bill, programme, line))
    }
}

fn settlement(bill: &Bill, programme: &Programme, line: &StatementLine) -> Settlement {
    let day = line.facts.day;
    let pending = pending_transfers(bill, programme, day);
    let mut transfers: Vec<Transfer> = pending.iter().map(|promise| promise.kept(day)).collect();
    let books = Books::of(programme);
    transfers.push(Transfer {
        id: Feed::new("payment").part(line.id.as_bytes()).id(),
        debit: books.payable,
        credit: books.cash,
        amount: line.facts.amount,
        code: TransferCode::Payment,
        kind: TransferKind::Posted,
        document: Document::StatementLine(line.id),
        month: Some(bill.month),
        day,
        origin: Origin::default(),
    });
    let covered = bill.covered_by(Transfer::kept_id);
    Settlement { bill: Bill { state: BillState::Posted, ..bill.clone() }, transfers, covered }
}

/// What is known of a line so far.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Pays(Id<kind::Bill>, MatchedBy),
    Breaks(BreakReason),
    /// The text names no bill.
    Nameless,
}

/// The fewest letters and digits a reference needs to name a bill: shorter ones occur by chance.
const REFERENCE_LENGTH_MIN: usize = 6;

/// The bills, and which of them are paid by now.
struct Board<'a> {
    bills: &'a [OpenBill],
    /// The places of the bills by reference, folded to letters and digits.
    names: HashMap<String, Vec<usize>>,
    name_lengths: BTreeSet<usize>,
    /// The places of the bills by amount.
    totals: HashMap<Rupiah, Vec<usize>>,
    used: HashMap<Id<kind::StatementLine>, Id<kind::Bill>>,
    paid: HashSet<Id<kind::Bill>>,
}

impl<'a> Board<'a> {
    fn of(bills: &'a [OpenBill]) -> Board<'a> {
        let mut board = Board {
            bills,
            names: HashMap::new(),
            name_lengths: BTreeSet::new(),
            totals: HashMap::new(),
            used: bills.iter().filter_map(|bill| Some((bill.paid_by?, bill.id))).collect(),
            paid: bills.iter().filter(|bill| bill.paid_by.is_some()).map(|bill| bill.id).collect(),
        };
        for (place, bill) in bills.iter().enumerate() {
            board.totals.entry(bill.total).or_default().push(place);
            for name in bill.references.iter().map(|name| folded(name)) {
                if name.len() >= REFERENCE_LENGTH_MIN {
                    board.name_lengths.insert(name.len());
                    board.names.entry(name).or_default().push(place);
                }
            }
        }
        board
    }

    fn by_reference(&mut self, line: &StatementLine) -> Verdict {
        if let Some(bill) = self.used.get(&line.id) {
            return Verdict::Breaks(BreakReason::AlreadyUsed(*bill));
        }
        if line.facts.direction == Direction::In {
            return Verdict::Breaks(BreakReason::MoneyIn);
        }
        let named = self.named_in(&line.facts.reference);
        match named[..] {
            [] => Verdict::Nameless,
            [place] => self.pay(place, line),
            _ => {
                let ids = named.iter().map(|&place| self.bills[place].id).collect();
                Verdict::Breaks(BreakReason::Ambiguous(ids))
            }
        }
    }

    fn pay(&mut self, place: usize, line: &StatementLine) -> Verdict {
        let bill = &self.bills[place];
        let difference = Rupiah(line.facts.amount.0 - bill.total.0);
        if self.paid.contains(&bill.id) {
            Verdict::Breaks(BreakReason::AlreadyPaid(bill.id))
        } else if difference != Rupiah::ZERO {
            Verdict::Breaks(BreakReason::AmountDiffers { bill: bill.id, difference })
        } else {
            self.paid.insert(bill.id);
            Verdict::Pays(bill.id, MatchedBy::ReferenceAndAmount)
        }
    }

    fn by_amount(&mut self, line: &StatementLine, rivals: u32) -> Verdict {
        let places = self.totals.get(&line.facts.amount).into_iter().flatten();
        let ids = places.map(|&place| self.bills[place].id);
        let open: Vec<Id<kind::Bill>> = ids.filter(|id| !self.paid.contains(id)).collect();
        match open[..] {
            [] => Verdict::Breaks(BreakReason::NoBill),
            [bill] if rivals == 1 => {
                self.paid.insert(bill);
                Verdict::Pays(bill, MatchedBy::AmountOnly)
            }
            _ => Verdict::Breaks(BreakReason::Ambiguous(open)),
        }
    }

    /// The bills whose references the text holds, each once, in their order.
    fn named_in(&self, text: &str) -> Vec<usize> {
        let text = folded(text);
        // Every stretch of the text as long as some reference is looked up: the work does not grow
        // with the bills.
        let stretches = self.name_lengths.iter().flat_map(|&length| {
            let starts = 0..(text.len() + 1).saturating_sub(length);
            starts.map(move |start| start..start + length)
        });
        let mut places: Vec<usize> =
            stretches.filter_map(|at| self.names.get(&text[at])).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// Letters and digits only, upper case: banks drop and add the rest.
fn folded(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests;
