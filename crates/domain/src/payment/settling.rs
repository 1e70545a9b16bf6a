//! What the ledger is asked to do as money is given out, as bills are paid, and as both are undone.
//!
//! | step | debit | credit | code |
//! |---|---|---|---|
//! | a part for a bill that is not yet full, or for suspense | suspense | cash | suspense |
//! | the bill is full: the promises are kept | as promised | as promised | as promised |
//! | the bill is full: each part that waited | payable | suspense | payment |
//! | the bill is full: each part given now | payable | cash | payment |
//! | money comes in for suspense, or what waited there comes back | cash | suspense | suspense |
//!
//! Undoing reverses what was posted, and a bill that is no longer full is final again, with
//! promises of a new revision.

use base::id::kind;
use base::{Day, Id, Rupiah};

use super::line::{Direction, StatementLine};
use super::part::{Part, Purpose};
use crate::billing::{Bill, BillState, Promises, credit, pending_transfers};
use crate::coverage::CoveredMonth;
use crate::digest::Feed;
use crate::ledger::chart::{AccountRole, Books, account_id};
use crate::ledger::{Document, Origin, Transfer, TransferCode, TransferKind};
use crate::programme::Programme;

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

/// Pays a final bill with a line that is all of it.
///
/// # Errors
/// The first [`SettleRefusal`] in their order.
pub fn settle(
    bill: &Bill,
    programme: &Programme,
    line: &StatementLine,
) -> Result<Settlement, SettleRefusal> {
    let difference = Rupiah(line.facts.amount.0 - bill.total.0);
    check(bill, programme, line.facts.direction == Direction::In, difference)?;
    let payment = Payment {
        id: Feed::new("payment").part(line.id.as_bytes()).id(),
        line: line.id,
        amount: line.facts.amount,
        from: Books::of(programme).cash,
    };
    Ok(settlement(bill, programme, &[payment], line.facts.day))
}

/// A part of a line that pays a bill, and whether its money waited in suspense.
#[derive(Debug, Clone, Copy)]
pub struct Paid<'a> {
    /// The part.
    pub part: &'a Part,
    /// Whether it was given out before the bill was full.
    pub waited: bool,
}

/// Pays a final bill with parts that are all of it together.
///
/// # Errors
/// The first [`SettleRefusal`] in their order.
pub fn settle_parts(
    bill: &Bill,
    programme: &Programme,
    parts: &[Paid<'_>],
) -> Result<Settlement, SettleRefusal> {
    let sum: i64 = parts.iter().map(|paid| paid.part.amount.0).sum();
    check(bill, programme, false, Rupiah(sum - bill.total.0))?;
    let books = Books::of(programme);
    let payment = |paid: &Paid<'_>| Payment {
        id: payment_id(paid.part, bill.revision),
        line: paid.part.line,
        amount: paid.part.amount,
        from: if paid.waited { books.suspense } else { books.cash },
    };
    let payments: Vec<Payment> = parts.iter().map(payment).collect();
    let day = parts.iter().map(|paid| paid.part.day).max();
    let day = day.expect("a bill of more than nothing is paid by some part");
    Ok(settlement(bill, programme, &payments, day))
}

fn check(
    bill: &Bill,
    programme: &Programme,
    comes_in: bool,
    difference: Rupiah,
) -> Result<(), SettleRefusal> {
    if bill.state == BillState::Posted {
        Err(SettleRefusal::AlreadyPosted)
    } else if bill.state == BillState::Draft {
        Err(SettleRefusal::NotFinal)
    } else if bill.programme != programme.id {
        Err(SettleRefusal::OtherProgramme)
    } else if comes_in {
        Err(SettleRefusal::MoneyIn)
    } else if difference != Rupiah::ZERO {
        Err(SettleRefusal::AmountDiffers(difference))
    } else {
        Ok(())
    }
}

/// Money that pays a bill.
struct Payment {
    id: Id<kind::Transfer>,
    line: Id<kind::StatementLine>,
    amount: Rupiah,
    from: Id<kind::Account>,
}

/// The transfer by which a part pays its bill; a bill that was opened again has another revision.
fn payment_id(part: &Part, revision: u32) -> Id<kind::Transfer> {
    Feed::new("payment part").part(part.id.as_bytes()).number(i64::from(revision)).id()
}

fn settlement(bill: &Bill, programme: &Programme, payments: &[Payment], day: Day) -> Settlement {
    let pending = pending_transfers(bill, programme, day);
    let mut transfers: Vec<Transfer> = pending.iter().map(|promise| promise.kept(day)).collect();
    transfers.extend(credit::offset(bill, programme, day));
    let books = Books::of(programme);
    transfers.extend(payments.iter().map(|payment| Transfer {
        id: payment.id,
        debit: books.payable,
        credit: payment.from,
        amount: payment.amount,
        code: TransferCode::Payment,
        kind: TransferKind::Posted,
        document: Document::StatementLine(payment.line),
        month: Some(bill.month),
        day,
        origin: Origin::default(),
    }));
    let covered = bill.covers();
    Settlement { bill: Bill { state: BillState::Posted, ..bill.clone() }, transfers, covered }
}

/// What the ledger is asked to do with a part whose money waits: for a bill that is not full, or
/// in suspense. Nothing for a part that Payung keeps no books of, or that undoes a line.
///
/// `fund` is the one whose suspense it is.
pub fn waiting(part: &Part, fund: Id<kind::Fund>, direction: Direction) -> Option<Transfer> {
    if matches!(part.purpose, Purpose::Other | Purpose::Reversal(_)) {
        return None;
    }
    let suspense = account_id(fund.as_bytes(), AccountRole::Suspense);
    let cash = account_id(fund.as_bytes(), AccountRole::Cash);
    let (debit, credit) = match direction {
        Direction::Out => (suspense, cash),
        Direction::In => (cash, suspense),
    };
    Some(Transfer {
        id: waiting_id(part),
        debit,
        credit,
        amount: part.amount,
        code: TransferCode::Suspense,
        kind: TransferKind::Posted,
        document: Document::StatementLine(part.line),
        month: None,
        day: part.day,
        origin: Origin::default(),
    })
}

/// The transfer by which a part's money waits.
pub fn waiting_id(part: &Part) -> Id<kind::Transfer> {
    Feed::new("waiting").part(part.id.as_bytes()).id()
}

/// The transfers by which a part may have paid its bill: alone and whole, or as a part.
pub fn payment_ids(part: &Part, revision: u32) -> [Id<kind::Transfer>; 2] {
    let alone = Feed::new("payment").part(part.line.as_bytes()).id();
    [alone, payment_id(part, revision)]
}

/// A posted bill that is no longer full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettlement {
    /// The bill: final again, one revision on.
    pub bill: Bill,
    /// The batch, to be posted as a whole: payments and contributions undone, promised anew.
    pub transfers: Vec<Transfer>,
}

/// Undoes the posting of a bill; `payments` are the transfers by which parts paid it.
///
/// # Errors
/// [`SettleRefusal::NotFinal`] for a bill that is not posted, [`SettleRefusal::OtherProgramme`].
pub fn unsettle(
    bill: &Bill,
    programme: &Programme,
    payments: &[Transfer],
    day: Day,
) -> Result<Unsettlement, SettleRefusal> {
    if bill.state != BillState::Posted {
        return Err(SettleRefusal::NotFinal);
    }
    if bill.programme != programme.id {
        return Err(SettleRefusal::OtherProgramme);
    }
    // The payments first: what is owed must be there before the contribution is taken back.
    let mut transfers: Vec<Transfer> =
        payments.iter().map(|payment| payment.reversed(day)).collect();
    transfers.extend(credit::offset(bill, programme, day).map(|offset| offset.reversed(day)));
    let pending = pending_transfers(bill, programme, day);
    transfers.extend(pending.iter().map(|promise| promise.kept(day).reversed(day)));
    let (revision, promises) = (bill.revision + 1, Promises::PerScheme);
    let bill = Bill { state: BillState::Final, revision, promises, ..bill.clone() };
    transfers.extend(pending_transfers(&bill, programme, day));
    Ok(Unsettlement { bill, transfers })
}
