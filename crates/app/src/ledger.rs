//! The ledger in use: a batch posted whole, the balances, and their proof.
//!
//! What may be posted is decided by [`domain::ledger`]; here it is loaded, decided and applied.

use domain::ledger::{Transfer, TrialBalance, post_all, recomputed, trial_balance};
use store::Tx;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

/// Posts a batch as a whole, or not at all.
pub(crate) fn post_batch(tx: &mut Tx<'_>, batch: &[Transfer]) -> Result<(), AppError> {
    let snapshot = store::ledger::snapshot(tx, batch)?;
    let posting = post_all(&snapshot, batch).map_err(|statuses| {
        let first = statuses.iter().find(|status| !status.holds());
        let name = first.map_or("", |status| status.name());
        AppError::refused("LEDGER_REFUSED", name)
    })?;
    Ok(store::ledger::apply(tx, &posting)?)
}

/// Adds every account up anew from its transfers and compares; the balance of every account.
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
    if same && trial.is_balanced() { Ok(trial) } else { Err(unbalanced()) }
}

impl Office {
    /// The balance of every account.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn trial_balance(&self, actor: &Actor) -> Result<TrialBalance, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let accounts = self.store.read(store::ledger::accounts)?;
        trial_balance(accounts).map_err(|_| AppError::refused("TOO_MUCH_MONEY", ""))
    }

    /// Adds every account up anew from its transfers and compares.
    ///
    /// # Errors
    /// `LEDGER_UNBALANCED`.
    pub fn verify_ledger(&self, actor: &Actor) -> Result<(), AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(prove_ledger).map(|_| ())
    }
}
