//! The ledger in use: a batch posted whole, the balances, and their proof.
//!
//! What may be posted is decided by [`domain::ledger`]; here it is loaded, decided and applied.
//! What the books show is in `show`, what is written by hand in `vouchers`, months in `closing`,
//! the office's own codes in `chart`, files in `export`.

pub mod chart;
pub mod closing;
pub mod export;
pub mod show;
pub mod vouchers;

mod names;
#[cfg(test)]
mod tests;

use domain::billing::Bill;
use domain::ledger::period::{SumsByAccount, moved, totals};
use domain::ledger::{
    Origin, Posting, Transfer, TransferStatus, TrialBalance, post_all, recomputed, trial_balance,
};
use store::Tx;

use crate::cover::prove_cover;
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

/// Posts a batch as a whole, or not at all; every transfer says itself who stands behind it.
pub(crate) fn post_batch(tx: &mut Tx<'_>, batch: &[Transfer]) -> Result<(), AppError> {
    let posting = decided(tx, batch)?;
    Ok(store::ledger::apply(tx, &posting)?)
}

/// What posting a batch would do, as the books are now.
pub(crate) fn decided(tx: &mut Tx<'_>, batch: &[Transfer]) -> Result<Posting, AppError> {
    let snapshot = store::ledger::snapshot(tx, batch)?;
    post_all(&snapshot, batch).map_err(|statuses| {
        let first = statuses.iter().find(|status| !status.holds());
        if first == Some(&TransferStatus::PeriodClosed) {
            let closed = snapshot.closed_until.map(|day| day.month_of().in_words());
            return AppError::refused("PERIOD_CLOSED", closed.unwrap_or_default());
        }
        let name = first.map_or("", |status| status.name());
        AppError::refused("LEDGER_REFUSED", name)
    })
}

/// The same for a batch that has one origin.
pub(crate) fn post_as(tx: &mut Tx<'_>, origin: Origin, batch: &[Transfer]) -> Result<(), AppError> {
    let batch: Vec<Transfer> = batch.iter().map(|transfer| transfer.by(origin)).collect();
    post_batch(tx, &batch)
}

/// Adds every account up anew from its transfers and compares, and every closed month with what it
/// was when it was closed; the balance of every account.
pub(crate) fn prove_ledger(tx: &mut Tx<'_>) -> Result<TrialBalance, AppError> {
    let unbalanced = || AppError::new(ErrorKind::Integrity, "LEDGER_UNBALANCED", "");
    let mut transfers = Vec::new();
    store::ledger::each_transfer(tx, |transfer| transfers.push(transfer))?;
    let accounts = store::ledger::accounts(tx)?;
    let sums = recomputed(&transfers).map_err(|_| unbalanced())?;
    let same = accounts
        .iter()
        .all(|(account, balance)| sums.get(&account.id).copied().unwrap_or_default() == *balance);
    let trial = trial_balance(accounts).map_err(|_| unbalanced())?;
    if !same || !trial.is_balanced() {
        return Err(unbalanced());
    }
    prove_periods(tx, &transfers)?;
    Ok(trial)
}

/// Adds every closed month up anew; `transfers` are all there are, by day.
fn prove_periods(tx: &mut Tx<'_>, transfers: &[Transfer]) -> Result<(), AppError> {
    let (mut opening, mut rest) = (SumsByAccount::new(), transfers);
    for (month, id) in store::ledger::period::closed(tx)? {
        let changed = || AppError::new(ErrorKind::Integrity, "PERIOD_CHANGED", month.to_string());
        let step = store::ledger::period::step(tx, id)?.ok_or_else(changed)?;
        let first = rest.partition_point(|transfer| transfer.day < month.first_day());
        moved(&mut opening, &rest[..first]).map_err(|_| changed())?;
        rest = &rest[first..];
        let end = rest.partition_point(|transfer| transfer.day <= month.last_day());
        let found = totals(month, &opening, rest[..end].to_vec()).map_err(|_| changed())?;
        let kept = store::ledger::period::closing(tx, id)?;
        if found.hash != step.hash || found.closing != kept {
            return Err(changed());
        }
        (opening, rest) = (found.closing, &rest[end..]);
    }
    Ok(())
}

impl Office {
    /// Adds every account up anew from its transfers and compares; every closed month too, and the
    /// covered months that follow.
    ///
    /// # Errors
    /// `LEDGER_UNBALANCED`, `PERIOD_CHANGED` with the month; `COVER_DIFFERS`,
    /// `COVER_WITHOUT_TRANSFER` and `EXPENSE_DIFFERS` with the programme.
    pub fn verify_ledger(&self, actor: &Actor) -> Result<(), AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            prove_ledger(tx)?;
            prove_cover(tx).map(|_| ())
        })
    }

    /// What stands behind a transfer that somebody makes alone, by the rules of today.
    pub(crate) fn origin(&self, actor: &Actor) -> Origin {
        let rulebook = Origin::version_of(&self.rulebook.version().to_hex());
        Origin { rulebook, maker: Some(actor.id), checker: None }
    }

    /// What stands behind the transfers of a bill: the rules by which it was computed, who acts,
    /// and who approved the list that it follows from.
    pub(crate) fn origin_of_bill(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        bill: &Bill,
    ) -> Result<Origin, AppError> {
        let checker = store::bills::issuer(tx, bill.id, bill.revision)?;
        Ok(Origin {
            rulebook: Origin::version_of(&bill.rulebook),
            maker: Some(actor.id),
            checker: checker.filter(|checker| *checker != actor.id),
        })
    }
}

pub(crate) fn too_much() -> AppError {
    AppError::refused("TOO_MUCH_MONEY", "")
}
