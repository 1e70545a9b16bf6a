//! Months of the books: what an account had before, what moved in the month, what it has after; and
//! the closing of a month, after which nothing may be posted into it.
//!
//! Months are closed in their order and opened again in the reverse order, so that one day says it
//! all: nothing may be posted on or before the last day of the newest closed month.

use std::collections::BTreeMap;

use base::id::kind;
use base::money::MoneyOverflow;
use base::{Day, Id, Month, Rupiah};

use super::Transfer;
use crate::digest::Feed;
use crate::payment::reconcile;

/// What has moved on the two sides of an account.
///
/// # Units
/// Whole rupiah, never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Posted debits.
    pub debits: Rupiah,
    /// Posted credits.
    pub credits: Rupiah,
}

impl Sums {
    /// Debits less credits.
    pub fn net_debit(&self) -> Rupiah {
        Rupiah(self.debits.0 - self.credits.0)
    }

    /// Both added up.
    ///
    /// # Errors
    /// [`MoneyOverflow`].
    pub fn plus(self, other: Sums) -> Result<Sums, MoneyOverflow> {
        Ok(Sums {
            debits: self.debits.plus(other.debits)?,
            credits: self.credits.plus(other.credits)?,
        })
    }
}

/// The sums of accounts.
pub type SumsByAccount = BTreeMap<Id<kind::Account>, Sums>;

/// Adds what transfers move to the sums of their accounts; promises move nothing.
///
/// # Errors
/// [`MoneyOverflow`].
pub fn moved<'a>(
    sums: &mut SumsByAccount,
    transfers: impl IntoIterator<Item = &'a Transfer>,
) -> Result<(), MoneyOverflow> {
    for transfer in transfers.into_iter().filter(|transfer| transfer.moves()) {
        let debit = sums.entry(transfer.debit).or_default();
        debit.debits = debit.debits.plus(transfer.amount)?;
        let credit = sums.entry(transfer.credit).or_default();
        credit.credits = credit.credits.plus(transfer.amount)?;
    }
    Ok(())
}

/// A month as it is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodTotals {
    /// Which.
    pub month: Month,
    /// What every account has at its end, counted from the beginning of the books.
    pub closing: SumsByAccount,
    /// Transfers of its days, promises among them.
    pub transfers: u64,
    /// What moved in it, once for both sides.
    pub moved: Rupiah,
    /// A digest of the closing sums and of every transfer of its days.
    pub hash: [u8; 32],
}

/// Adds a month up.
///
/// # Shape
/// `opening` are the sums at the end of the month before; `transfers` those of the month's days,
/// in any order.
///
/// # Errors
/// [`MoneyOverflow`].
pub fn totals(
    month: Month,
    opening: &SumsByAccount,
    mut transfers: Vec<Transfer>,
) -> Result<PeriodTotals, MoneyOverflow> {
    transfers.sort_unstable_by_key(|transfer| (transfer.day, transfer.id));
    let mut closing = opening.clone();
    moved(&mut closing, &transfers)?;
    closing.retain(|_, sums| *sums != Sums::default());
    let moving = transfers.iter().filter(|transfer| transfer.moves());
    let moved = Rupiah::sum(moving.map(|transfer| transfer.amount))?;
    let mut feed = Feed::new("period").number(month.as_number());
    for (account, sums) in &closing {
        feed = feed.part(account.as_bytes()).number(sums.debits.0).number(sums.credits.0);
    }
    for transfer in &transfers {
        feed = feed.part(&said(transfer));
    }
    let transfers = transfers.len() as u64;
    Ok(PeriodTotals { month, closing, transfers, moved, hash: feed.finish() })
}

/// What a transfer says, as bytes.
fn said(transfer: &Transfer) -> [u8; 32] {
    let (document, id) = transfer.document.parts();
    let pending = transfer.kind.pending().map(|id| *id.as_bytes()).unwrap_or_default();
    Feed::new("transfer")
        .part(transfer.id.as_bytes())
        .part(transfer.debit.as_bytes())
        .part(transfer.credit.as_bytes())
        .number(transfer.amount.0)
        .part(transfer.code.name().as_bytes())
        .part(transfer.kind.name().as_bytes())
        .part(&pending)
        .part(document.as_bytes())
        .part(&id)
        .number(transfer.month.map_or(0, Month::as_number))
        .number(transfer.day.as_number())
        .finish()
}

/// What may stand in the way of closing a month. New ones are added here, each with words under
/// `obstacle-NAME` and a function that looks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObstacleKind {
    /// Its last day is not over.
    MonthNotOver,
    /// An earlier month has entries and is open.
    EarlierOpen,
    /// Debits do not equal credits, or a sum is not what its transfers come to.
    Unbalanced,
    /// People are on a programme in an earlier month, and no bill for it is final.
    Unbilled,
    /// Contributions of earlier months are billed and not paid.
    PendingDue,
    /// Vouchers of its days wait for approval.
    VouchersWaiting,
    /// Nobody has said what lines of bank statements of its days are.
    LinesUnmatched,
    /// Bill, bank and the receipt of BPJS contradict each other.
    Unreconciled,
    /// Bills were paid, and no receipt of BPJS was recorded.
    ReceiptsMissing,
    /// The statements of accounts do not reach the end of the month.
    StatementsMissing,
}

impl ObstacleKind {
    /// Every kind, in the order of looking.
    pub const ALL: [ObstacleKind; 10] = [
        ObstacleKind::MonthNotOver,
        ObstacleKind::EarlierOpen,
        ObstacleKind::Unbalanced,
        ObstacleKind::Unbilled,
        ObstacleKind::PendingDue,
        ObstacleKind::VouchersWaiting,
        ObstacleKind::LinesUnmatched,
        ObstacleKind::Unreconciled,
        ObstacleKind::ReceiptsMissing,
        ObstacleKind::StatementsMissing,
    ];

    /// Whether two people may let a month be closed all the same: a bill, or a paper of others, is
    /// missing, and nothing contradicts anything.
    pub fn may_be_waived(self) -> bool {
        use ObstacleKind::*;
        matches!(self, Unbilled | ReceiptsMissing | StatementsMissing)
    }

    /// What a finding of the reconciliation is to the closing of a month; none for a bill that
    /// waits for its payment: the ledger's own promises say when that is late.
    pub fn of_finding(found: reconcile::Obstacle) -> Option<ObstacleKind> {
        use reconcile::Obstacle::*;
        match found {
            BillNotFinal | BillUnpaid => None,
            BillPartPaid | ReceiptDiffers | ReceiptWithoutPayment | SuspenseOpen | StatementGap => {
                Some(ObstacleKind::Unreconciled)
            }
            LineOpen => Some(ObstacleKind::LinesUnmatched),
            ReceiptMissing => Some(ObstacleKind::ReceiptsMissing),
            StatementMissing => Some(ObstacleKind::StatementsMissing),
        }
    }

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            ObstacleKind::MonthNotOver => "month-not-over",
            ObstacleKind::EarlierOpen => "earlier-open",
            ObstacleKind::Unbalanced => "unbalanced",
            ObstacleKind::Unbilled => "unbilled",
            ObstacleKind::PendingDue => "pending-due",
            ObstacleKind::VouchersWaiting => "vouchers-waiting",
            ObstacleKind::LinesUnmatched => "lines-unmatched",
            ObstacleKind::Unreconciled => "unreconciled",
            ObstacleKind::ReceiptsMissing => "receipts-missing",
            ObstacleKind::StatementsMissing => "statements-missing",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<ObstacleKind> {
        ObstacleKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Something that stands in the way of closing a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Obstacle {
    /// What.
    pub kind: ObstacleKind,
    /// How many records, where they can be counted.
    pub count: u64,
    /// What they come to, where it is money.
    pub rupiah: Rupiah,
}

impl Obstacle {
    /// Something that is not counted.
    pub fn plain(kind: ObstacleKind) -> Obstacle {
        Obstacle { kind, count: 0, rupiah: Rupiah::ZERO }
    }
}

/// What was missing when a month was closed all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waived {
    /// What is missing: a bill, a receipt or a statement.
    pub kind: ObstacleKind,
    /// Of what: a programme's code and month, a bill's id, or an account's code.
    pub about: Box<str>,
    /// How much is not proved by it.
    pub rupiah: Rupiah,
}

/// What is approved with a closing: the month as it was added up, and what was missing and why it
/// is closed all the same.
pub fn closing_hash(month: [u8; 32], reason: &str, waived: &[Waived]) -> [u8; 32] {
    if waived.is_empty() {
        return month;
    }
    let mut feed = Feed::new("period waived").part(&month).part(reason.as_bytes());
    for one in waived {
        feed = feed.part(one.kind.name().as_bytes()).part(one.about.as_bytes());
        feed = feed.number(one.rupiah.0);
    }
    feed.finish()
}

/// Whether a promise should have been kept by the end of a month: contributions are paid in the
/// month after theirs.
pub fn is_due(promise: &Transfer, month: Month) -> bool {
    promise.month.is_some_and(|about| about < month) && promise.day <= month.last_day()
}

/// What is done to a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodAct {
    /// It is closed.
    Close,
    /// It is opened again.
    Reopen,
}

impl PeriodAct {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            PeriodAct::Close => "close",
            PeriodAct::Reopen => "reopen",
        }
    }

    /// The act with this stable name.
    pub fn from_name(name: &str) -> Option<PeriodAct> {
        [PeriodAct::Close, PeriodAct::Reopen].into_iter().find(|act| act.name() == name)
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Waits for others.
    Proposed,
    /// It has happened.
    Approved,
    /// Others said no, or it was overtaken.
    Returned,
}

impl StepState {
    /// Every state.
    pub const ALL: [StepState; 3] = [StepState::Proposed, StepState::Approved, StepState::Returned];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            StepState::Proposed => "proposed",
            StepState::Approved => "approved",
            StepState::Returned => "returned",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<StepState> {
        StepState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// The closing of a month or its opening, as put forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodStep {
    /// Which; its task has the same.
    pub id: Id<PeriodStep>,
    /// Which month.
    pub month: Month,
    /// What is done.
    pub act: PeriodAct,
    /// Why it is opened again, or closed although something is missing; else empty.
    pub reason: Box<str>,
    /// The month as it was added up.
    pub hash: [u8; 32],
    /// Its transfers.
    pub transfers: u64,
    /// What moved in it.
    pub moved: Rupiah,
    /// Who put it forward.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// Who approved it.
    pub checked_by: Option<Id<kind::User>>,
    /// Who else approved it: opening again takes two.
    pub second_by: Option<Id<kind::User>>,
    /// Where it stands.
    pub state: StepState,
}

/// Why nothing is done to a month; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodRefusal {
    /// It is not closed, and cannot be opened.
    NotClosed,
    /// A later month is closed and would have to be opened first.
    LaterClosed,
    /// It lies before a closed month.
    BeforeClosed,
    /// Something stands in the way of closing it.
    Obstructed,
    /// A step of a month waits for approval already.
    StepWaits,
    /// Something is missing, and nobody has said why the month is closed all the same.
    Missing,
}

impl PeriodRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            PeriodRefusal::NotClosed => "PERIOD_NOT_CLOSED",
            PeriodRefusal::LaterClosed => "PERIOD_LATER_CLOSED",
            PeriodRefusal::BeforeClosed => "PERIOD_BEFORE_CLOSED",
            PeriodRefusal::Obstructed => "PERIOD_OBSTRUCTED",
            PeriodRefusal::StepWaits => "PERIOD_STEP_WAITS",
            PeriodRefusal::Missing => "PERIOD_PAPERS_MISSING",
        }
    }
}

/// Whether a month may be closed, by the closed months: none when it is closed already.
///
/// # Errors
/// [`PeriodRefusal::BeforeClosed`].
pub fn may_close(closed: &[Month], month: Month) -> Result<bool, PeriodRefusal> {
    match closed.iter().max() {
        _ if closed.contains(&month) => Ok(false),
        Some(newest) if month < *newest => Err(PeriodRefusal::BeforeClosed),
        _ => Ok(true),
    }
}

/// Whether a month may be opened again: only the newest of the closed ones.
///
/// # Errors
/// [`PeriodRefusal::NotClosed`], [`PeriodRefusal::LaterClosed`].
pub fn may_reopen(closed: &[Month], month: Month) -> Result<(), PeriodRefusal> {
    match closed.iter().max() {
        _ if !closed.contains(&month) => Err(PeriodRefusal::NotClosed),
        Some(newest) if *newest > month => Err(PeriodRefusal::LaterClosed),
        _ => Ok(()),
    }
}

/// The last day into which nothing may be posted any more.
pub fn closed_until(closed: &[Month]) -> Option<Day> {
    closed.iter().max().map(|month| month.last_day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Document, Origin, TransferCode, TransferKind};
    use crate::tests::{day, id, month};

    fn transfer(number: u128, amount: i64, on: &str, kind: TransferKind) -> Transfer {
        Transfer {
            id: id(number),
            debit: id(1),
            credit: id(2),
            amount: Rupiah(amount),
            code: TransferCode::Adjustment,
            kind,
            document: Document::Bill(id(7)),
            month: Some(month("2022-10")),
            day: day(on),
            origin: Origin::default(),
        }
    }

    #[test]
    fn a_month_adds_up_whatever_the_order_and_shows_every_change() {
        let mut opening = SumsByAccount::new();
        opening.insert(id(1), Sums { debits: Rupiah(100), credits: Rupiah(40) });
        let one = transfer(11, 30, "2022-10-03", TransferKind::Posted);
        let two = transfer(12, 5, "2022-10-02", TransferKind::Pending);
        let month = month("2022-10");
        let there = totals(month, &opening, vec![one, two]).expect("fits");
        assert_eq!(there, totals(month, &opening, vec![two, one]).expect("fits"));
        // The promise counts as a transfer and moves nothing: 100 + 30 debited, 30 credited.
        assert_eq!((there.transfers, there.moved), (2, Rupiah(30)));
        assert_eq!(there.closing[&id(1)].net_debit(), Rupiah(90));
        assert_eq!(there.closing[&id(2)].net_debit(), Rupiah(-30));
        for other in [
            Transfer { amount: Rupiah(6), ..two },
            Transfer { day: day("2022-10-04"), ..two },
            Transfer { document: Document::Bill(id(8)), ..two },
            Transfer { month: None, ..two },
        ] {
            let changed = totals(month, &opening, vec![one, other]).expect("fits");
            assert_ne!(changed.hash, there.hash);
        }
        let fewer = totals(month, &opening, vec![one]).expect("fits");
        assert_ne!(fewer.hash, there.hash);
    }

    #[test]
    fn months_are_closed_forwards_and_opened_backwards() {
        let closed = [month("2022-09"), month("2022-10")];
        assert_eq!(may_close(&closed, month("2022-11")), Ok(true));
        assert_eq!(may_close(&closed, month("2022-10")), Ok(false));
        assert_eq!(may_close(&closed, month("2022-08")), Err(PeriodRefusal::BeforeClosed));
        assert_eq!(may_close(&[], month("2022-08")), Ok(true));
        assert_eq!(may_reopen(&closed, month("2022-10")), Ok(()));
        assert_eq!(may_reopen(&closed, month("2022-09")), Err(PeriodRefusal::LaterClosed));
        assert_eq!(may_reopen(&closed, month("2022-11")), Err(PeriodRefusal::NotClosed));
        assert_eq!(closed_until(&closed), Some(day("2022-10-31")));
        assert_eq!(closed_until(&[]), None);
    }

    #[test]
    fn a_promise_is_due_in_the_month_after_its_own() {
        let promise = transfer(11, 30, "2022-10-03", TransferKind::Pending);
        assert!(!is_due(&promise, month("2022-10")));
        assert!(is_due(&promise, month("2022-11")));
        assert!(!is_due(&Transfer { month: None, ..promise }, month("2022-11")));
        assert!(!is_due(&Transfer { day: day("2022-12-01"), ..promise }, month("2022-11")));
    }

    #[test]
    fn names_are_read_back() {
        for act in [PeriodAct::Close, PeriodAct::Reopen] {
            assert_eq!(PeriodAct::from_name(act.name()), Some(act));
        }
        for state in StepState::ALL {
            assert_eq!(StepState::from_name(state.name()), Some(state));
        }
        let names: std::collections::HashSet<_> =
            ObstacleKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), ObstacleKind::ALL.len());
        assert_eq!(PeriodRefusal::Obstructed.name(), "PERIOD_OBSTRUCTED");
        assert_eq!(PeriodRefusal::StepWaits.name(), "PERIOD_STEP_WAITS");
    }

    #[test]
    fn only_papers_that_are_missing_are_let_pass_and_the_approval_binds_which() {
        use reconcile::Obstacle as Found;
        let waivable = Found::ALL.into_iter().filter(|found| {
            ObstacleKind::of_finding(*found).is_some_and(ObstacleKind::may_be_waived)
        });
        let waivable: Vec<_> = waivable.collect();
        assert_eq!(waivable, [Found::ReceiptMissing, Found::StatementMissing]);
        let silent = Found::ALL.into_iter().filter(|it| ObstacleKind::of_finding(*it).is_none());
        assert_eq!(silent.collect::<Vec<_>>(), [Found::BillNotFinal, Found::BillUnpaid]);
        let waived = |about: &str| Waived {
            kind: ObstacleKind::ReceiptsMissing,
            about: about.into(),
            rupiah: Rupiah(33_600),
        };
        let month = [7; 32];
        assert_eq!(closing_hash(month, "", &[]), month);
        let one = closing_hash(month, "Kuitansi menyusul", &[waived("a")]);
        assert_ne!(one, month);
        assert_ne!(one, closing_hash(month, "Sebab yang lain", &[waived("a")]));
        assert_ne!(one, closing_hash(month, "Kuitansi menyusul", &[waived("b")]));
        assert_ne!(one, closing_hash([8; 32], "Kuitansi menyusul", &[waived("a")]));
    }
}
