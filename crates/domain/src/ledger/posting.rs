//! How a batch is decided: in its order, each transfer by the first condition that holds.
//!
//! The snapshot is not changed: what changes is returned, for the store to apply in one
//! transaction or not at all.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, Rupiah};

use super::{
    Account, Balance, BalanceLimit, Entry, LedgerSnapshot, Resolution, Transfer, TransferCode,
    TransferKind, TransferStatus,
};

/// What a batch does.
#[derive(Debug, Clone, Default)]
pub struct Posting {
    /// One answer per transfer, in the order of the batch.
    pub statuses: Vec<TransferStatus>,
    /// The transfers accepted now, in the order of the batch; repeats are not among them.
    pub entries: Vec<Entry>,
    /// The accounts whose sums changed, with their new sums, by id.
    pub balances: Vec<(Id<kind::Account>, Balance)>,
    /// The pending transfers that were posted or voided, in the order of the batch.
    pub resolved: Vec<(Id<kind::Transfer>, Resolution)>,
}

/// Decides a batch: each transfer by itself, in order, seeing what the earlier ones did.
///
/// # Shape
/// The snapshot must hold what [`LedgerSnapshot`] says; the answer has one status per transfer.
pub fn post(snapshot: &LedgerSnapshot, batch: &[Transfer]) -> Posting {
    let mut draft = Draft::over(snapshot, batch.len());
    let mut posting = Posting { statuses: Vec::with_capacity(batch.len()), ..Posting::default() };
    for transfer in batch {
        let status = match draft.decide(transfer) {
            Err(status) => status,
            Ok(change) => {
                posting.resolved.extend(draft.apply(transfer, change));
                posting.entries.push(Entry { transfer: *transfer });
                TransferStatus::Created
            }
        };
        posting.statuses.push(status);
    }
    posting.balances = draft.changed.into_iter().collect();
    posting.balances.sort_unstable_by_key(|(id, _)| *id);
    posting
}

/// Decides a batch that stands or falls together.
///
/// # Errors
/// The statuses of all transfers, when one of them is neither created nor there already.
pub fn post_all(
    snapshot: &LedgerSnapshot,
    batch: &[Transfer],
) -> Result<Posting, Vec<TransferStatus>> {
    let posting = post(snapshot, batch);
    match posting.statuses.iter().all(|status| status.holds()) {
        true => Ok(posting),
        false => Err(posting.statuses),
    }
}

/// The snapshot with what the batch has done so far laid over it.
struct Draft<'a> {
    snapshot: &'a LedgerSnapshot,
    changed: HashMap<Id<kind::Account>, Balance>,
    made: HashMap<Id<kind::Transfer>, &'a Transfer>,
    resolved: HashMap<Id<kind::Transfer>, Resolution>,
}

/// The new sums of both sides.
struct Change {
    debit: Balance,
    credit: Balance,
}

impl<'a> Draft<'a> {
    fn over(snapshot: &'a LedgerSnapshot, transfers_max: usize) -> Draft<'a> {
        Draft {
            snapshot,
            changed: HashMap::new(),
            made: HashMap::with_capacity(transfers_max),
            resolved: HashMap::new(),
        }
    }

    /// The first condition that holds, or the change to make.
    fn decide(&self, transfer: &Transfer) -> Result<Change, TransferStatus> {
        if let Some((existing, _)) = self.transfer(transfer.id) {
            return Err(repeat_status(existing, transfer));
        }
        if transfer.amount <= Rupiah::ZERO {
            return Err(TransferStatus::AmountNotPositive);
        }
        if transfer.debit == transfer.credit {
            return Err(TransferStatus::SameAccounts);
        }
        if transfer.origin.is_of_one() {
            return Err(TransferStatus::MakerIsChecker);
        }
        if self.snapshot.closed_until.is_some_and(|closed| transfer.day <= closed) {
            return Err(TransferStatus::PeriodClosed);
        }
        let (debit, debit_sums) =
            self.account(transfer.debit).ok_or(TransferStatus::UnknownDebitAccount)?;
        let (credit, credit_sums) =
            self.account(transfer.credit).ok_or(TransferStatus::UnknownCreditAccount)?;
        if transfer.code == TransferCode::Reversal {
            self.check_reversal(transfer)?;
        }
        let promised = match transfer.kind.pending() {
            Some(pending) => Some(self.promised(pending, transfer)?),
            None => None,
        };
        let change = Change {
            debit: debited(debit_sums, transfer, promised)
                .ok_or(TransferStatus::OverflowsDebitAccount)?,
            credit: credited(credit_sums, transfer, promised)
                .ok_or(TransferStatus::OverflowsCreditAccount)?,
        };
        // A kept or withdrawn promise was counted against the limit when it was made.
        if promised.is_none() {
            check_limits(debit, credit, &change)?;
        }
        Ok(change)
    }

    /// A reversal undoes one transfer that has moved, wholly, under the id that follows from it.
    fn check_reversal(&self, transfer: &Transfer) -> Result<(), TransferStatus> {
        if transfer.kind != TransferKind::Posted {
            return Err(TransferStatus::ReversalNotAtOnce);
        }
        let undone = transfer.undoes().ok_or(TransferStatus::ReversalWithoutTransfer)?;
        let (undone, _) = self.transfer(undone).ok_or(TransferStatus::ReversedNotFound)?;
        let swapped = (undone.credit, undone.debit, undone.amount, undone.month);
        if undone.code == TransferCode::Reversal {
            Err(TransferStatus::ReversedIsReversal)
        } else if !undone.moves() {
            Err(TransferStatus::ReversedNotMoved)
        } else if swapped != (transfer.debit, transfer.credit, transfer.amount, transfer.month) {
            Err(TransferStatus::ReversedDifferently)
        } else if transfer.id != Transfer::reversal_id(undone.id) {
            Err(TransferStatus::ReversalIdDiffers)
        } else {
            Ok(())
        }
    }

    /// The amount of the pending transfer spoken of, when it may be posted or voided so.
    fn promised(
        &self,
        pending: Id<kind::Transfer>,
        transfer: &Transfer,
    ) -> Result<Rupiah, TransferStatus> {
        let (promise, resolution) =
            self.transfer(pending).ok_or(TransferStatus::PendingNotFound)?;
        let posts = matches!(transfer.kind, TransferKind::PostOf(_));
        if promise.kind != TransferKind::Pending {
            Err(TransferStatus::PendingNotPending)
        } else if promise.debit != transfer.debit {
            Err(TransferStatus::PendingHasDifferentDebitAccount)
        } else if promise.credit != transfer.credit {
            Err(TransferStatus::PendingHasDifferentCreditAccount)
        } else if promise.code != transfer.code {
            Err(TransferStatus::PendingHasDifferentCode)
        } else if posts && transfer.amount > promise.amount {
            Err(TransferStatus::ExceedsPendingAmount)
        } else if !posts && transfer.amount != promise.amount {
            Err(TransferStatus::PendingHasDifferentAmount)
        } else {
            match resolution {
                Resolution::Open => Ok(promise.amount),
                Resolution::Posted => Err(TransferStatus::PendingAlreadyPosted),
                Resolution::Voided => Err(TransferStatus::PendingAlreadyVoided),
            }
        }
    }

    fn apply(
        &mut self,
        transfer: &'a Transfer,
        change: Change,
    ) -> Option<(Id<kind::Transfer>, Resolution)> {
        self.changed.insert(transfer.debit, change.debit);
        self.changed.insert(transfer.credit, change.credit);
        self.made.insert(transfer.id, transfer);
        let resolved = match transfer.kind {
            TransferKind::PostOf(pending) => (pending, Resolution::Posted),
            TransferKind::VoidOf(pending) => (pending, Resolution::Voided),
            TransferKind::Posted | TransferKind::Pending => return None,
        };
        self.resolved.insert(resolved.0, resolved.1);
        Some(resolved)
    }

    fn account(&self, id: Id<kind::Account>) -> Option<(&'a Account, Balance)> {
        let (account, balance) = self.snapshot.accounts.get(&id)?;
        Some((account, self.changed.get(&id).copied().unwrap_or(*balance)))
    }

    fn transfer(&self, id: Id<kind::Transfer>) -> Option<(&'a Transfer, Resolution)> {
        let (transfer, resolution) = match self.made.get(&id) {
            Some(transfer) => (*transfer, Resolution::Open),
            None => {
                let (transfer, resolution) = self.snapshot.transfers.get(&id)?;
                (transfer, *resolution)
            }
        };
        Some((transfer, self.resolved.get(&id).copied().unwrap_or(resolution)))
    }
}

/// What is answered to an id that is taken.
fn repeat_status(existing: &Transfer, asked: &Transfer) -> TransferStatus {
    if existing.kind != asked.kind {
        TransferStatus::ExistsWithDifferentKind
    } else if existing.debit != asked.debit {
        TransferStatus::ExistsWithDifferentDebitAccount
    } else if existing.credit != asked.credit {
        TransferStatus::ExistsWithDifferentCreditAccount
    } else if existing.amount != asked.amount {
        TransferStatus::ExistsWithDifferentAmount
    } else if existing.code != asked.code {
        TransferStatus::ExistsWithDifferentCode
    } else if existing.document != asked.document {
        TransferStatus::ExistsWithDifferentDocument
    } else if existing.month != asked.month {
        TransferStatus::ExistsWithDifferentMonth
    } else if existing.day != asked.day {
        TransferStatus::ExistsWithDifferentDay
    } else {
        TransferStatus::Exists
    }
}

/// The debited account's new sums; `None` when they would not fit.
fn debited(sums: Balance, transfer: &Transfer, promised: Option<Rupiah>) -> Option<Balance> {
    let (pending, posted) = moved(sums.debits_pending, sums.debits_posted, transfer, promised)?;
    Some(Balance { debits_pending: pending, debits_posted: posted, ..sums })
}

/// The credited account's new sums; `None` when they would not fit.
fn credited(sums: Balance, transfer: &Transfer, promised: Option<Rupiah>) -> Option<Balance> {
    let (pending, posted) = moved(sums.credits_pending, sums.credits_posted, transfer, promised)?;
    Some(Balance { credits_pending: pending, credits_posted: posted, ..sums })
}

/// One side's pending and posted sums after the transfer; their total must fit as well.
fn moved(
    pending: Rupiah,
    posted: Rupiah,
    transfer: &Transfer,
    promised: Option<Rupiah>,
) -> Option<(Rupiah, Rupiah)> {
    let pending = pending.minus(promised.unwrap_or(Rupiah::ZERO)).ok()?;
    let (pending, posted) = match transfer.kind {
        TransferKind::Pending => (pending.plus(transfer.amount).ok()?, posted),
        TransferKind::Posted | TransferKind::PostOf(_) => {
            (pending, posted.plus(transfer.amount).ok()?)
        }
        TransferKind::VoidOf(_) => (pending, posted),
    };
    pending.plus(posted).ok()?;
    Some((pending, posted))
}

fn check_limits(debit: &Account, credit: &Account, change: &Change) -> Result<(), TransferStatus> {
    let sum = |a: Rupiah, b: Rupiah| a.plus(b).expect("moved() has added the two");
    let debits = sum(change.debit.debits_pending, change.debit.debits_posted);
    if debit.limit == BalanceLimit::DebitsWithinCredits && debits > change.debit.credits_posted {
        return Err(TransferStatus::WouldExceedCredits);
    }
    let credits = sum(change.credit.credits_pending, change.credit.credits_posted);
    if credit.limit == BalanceLimit::CreditsWithinDebits && credits > change.credit.debits_posted {
        return Err(TransferStatus::WouldExceedDebits);
    }
    Ok(())
}
