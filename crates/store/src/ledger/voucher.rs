//! Vouchers: entries written by hand and reversals of such, each with who approved it.

use base::Id;
use base::id::kind;
use domain::ledger::period::StepState;
use domain::ledger::voucher::Voucher;

use crate::reasons::{self, Part};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("voucher_insert");
static GET: Sql = sql!("voucher_get");
static OF_TRANSFER: Sql = sql!("voucher_of_transfer");
static OF_STATE: Sql = sql!("voucher_of_state");
static SET_STATE: Sql = sql!("voucher_set_state");

/// A voucher and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherRecord {
    /// What was written.
    pub voucher: Voucher,
    /// Who approved it.
    pub checked_by: Option<Id<kind::User>>,
    /// Where it stands.
    pub state: StepState,
}

/// Keeps a voucher that was put forward.
pub fn insert(tx: &mut Tx<'_>, voucher: &Voucher) -> Result<(), StoreError> {
    let made = voucher.transfer().id;
    let values = values![
        tx.tenant(),
        &voucher.id,
        voucher.undoes.as_ref(),
        &voucher.debit,
        &voucher.credit,
        voucher.amount,
        voucher.month,
        voucher.day,
        &voucher.number,
        // Sealed apart.
        "",
        &voucher.made_by,
        voucher.made_at_ms,
        StepState::Proposed.name(),
        &made,
    ];
    tx.run(&INSERT, &values)?;
    reasons::keep(tx, voucher.id.as_bytes(), Part::Voucher, &voucher.reason)
}

/// The voucher with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<Voucher>) -> Result<Option<VoucherRecord>, StoreError> {
    let mut found = tx.one(&GET, &values![tx.tenant(), &id], read)?;
    opened(tx, found.as_mut_slice())?;
    Ok(found)
}

/// The vouchers that make, or would have made, a transfer; oldest first.
pub fn of_transfer(
    tx: &mut Tx<'_>,
    transfer: Id<kind::Transfer>,
) -> Result<Vec<VoucherRecord>, StoreError> {
    let mut found = tx.all(&OF_TRANSFER, &values![tx.tenant(), &transfer], read)?;
    opened(tx, &mut found)?;
    Ok(found)
}

/// The vouchers in a state, by day.
pub fn of_state(tx: &mut Tx<'_>, state: StepState) -> Result<Vec<VoucherRecord>, StoreError> {
    let mut found = tx.all(&OF_STATE, &values![tx.tenant(), state.name()], read)?;
    opened(tx, &mut found)?;
    Ok(found)
}

/// Says where a voucher stands and who approved it; its maker is `voucher_four_eyes`.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: Id<Voucher>,
    state: StepState,
    checked_by: Option<Id<kind::User>>,
) -> Result<(), StoreError> {
    let values = values![state.name(), checked_by.as_ref(), tx.tenant(), &id];
    match tx.run(&SET_STATE, &values)? {
        0 => Err(StoreError::NotFound { what: "voucher" }),
        _ => Ok(()),
    }
}

/// Opens what vouchers are for.
fn opened(tx: &mut Tx<'_>, found: &mut [VoucherRecord]) -> Result<(), StoreError> {
    for VoucherRecord { voucher, .. } in found {
        if voucher.reason.is_empty() {
            let words = reasons::get(tx, voucher.id.as_bytes(), Part::Voucher)?;
            voucher.reason = words.unwrap_or_default().into();
        }
    }
    Ok(())
}

fn read(columns: &mut Columns<'_>) -> Result<VoucherRecord, StoreError> {
    let voucher = Voucher {
        id: columns.take()?,
        undoes: columns.take()?,
        debit: columns.take()?,
        credit: columns.take()?,
        amount: columns.take()?,
        month: columns.take()?,
        day: columns.take()?,
        number: columns.take()?,
        reason: columns.take()?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
    };
    Ok(VoucherRecord {
        voucher,
        checked_by: columns.take()?,
        state: columns.take_with("a state of a voucher", StepState::from_name)?,
    })
}
