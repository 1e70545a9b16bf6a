//! Contributions that were posted for months after a death: found by the death lists, recorded as
//! owed back, and taken off bills.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::billing::BillState;
use domain::billing::credit::{BillCredit, PaidAfterDeath, recovery_id};
use domain::reference::ReferenceKind;

use crate::sql::{Sql, sql};
use crate::value::values;
use crate::{StoreError, Tx, bills};

static PAID_AFTER_DEATH: Sql = sql!("paid_after_death");
static INSERT: Sql = sql!("contribution_recovery_insert");
static LIST: Sql = sql!("contribution_recovery_list");
static OPEN: Sql = sql!("bill_credit_open");
static UNDO: Sql = sql!("contribution_recovery_undo");

/// A contribution that is owed back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// The transfer by which it became owed.
    pub transfer: Id<kind::Transfer>,
    /// What was paid, and for whom.
    pub paid: PaidAfterDeath,
    /// When it became owed.
    pub recovered_on: Day,
    /// The month of the bill that takes it off, and where that bill stands.
    pub on_bill: Option<(Month, BillState)>,
}

/// What a programme has paid for months after the month of a death, by month; what was recorded as
/// owed back is no covered month any more and not among them.
pub fn paid_after_death(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<PaidAfterDeath>, StoreError> {
    let death = ReferenceKind::Meninggal.name();
    tx.all(&PAID_AFTER_DEATH, &values![death, tx.tenant(), &programme], |columns| {
        Ok(PaidAfterDeath {
            membership: columns.take()?,
            person: columns.take()?,
            month: columns.take()?,
            died: columns.take()?,
            contribution: columns.take()?,
            rupiah: columns.take()?,
        })
    })
}

/// Keeps that contributions are owed back; a second time it is `contribution_recovery_pk`.
pub fn insert_all(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    found: &[PaidAfterDeath],
    on: Day,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let ids: Vec<Id<kind::Transfer>> =
        found.iter().map(|paid| recovery_id(paid.contribution)).collect();
    let rows = found.iter().zip(&ids).map(|(paid, id)| {
        values![
            tenant,
            id,
            &programme,
            &paid.contribution,
            &paid.membership,
            &paid.person,
            paid.month,
            paid.died,
            paid.rupiah,
            on,
        ]
    });
    tx.insert(&INSERT, rows).map(|_| ())
}

/// What is owed back to a programme, by month.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Recovery>, StoreError> {
    tx.all(&LIST, &values![tx.tenant(), &programme], |columns| {
        let transfer = columns.take()?;
        let contribution = columns.take()?;
        let paid = PaidAfterDeath {
            membership: columns.take()?,
            person: columns.take()?,
            month: columns.take()?,
            died: columns.take()?,
            contribution,
            rupiah: columns.take()?,
        };
        let recovered_on = columns.take()?;
        let month: Option<Month> = columns.take()?;
        let state: Option<String> = columns.take()?;
        let state = state.and_then(|name| BillState::from_name(&name));
        Ok(Recovery { transfer, paid, recovered_on, on_bill: month.zip(state) })
    })
}

/// What a programme's bill of a month may take off, oldest first: what no other bill takes off, and
/// what drafts of later months hold.
pub fn open_for(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    (bill, month): (Id<kind::Bill>, Month),
) -> Result<Vec<BillCredit>, StoreError> {
    tx.all(&OPEN, &values![tx.tenant(), &programme, &bill, month], bills::read_credit)
}

/// Says that a contribution is owed back no more; whether it was until now.
pub fn undo(tx: &mut Tx<'_>, recovery: Id<kind::Transfer>, at_ms: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&UNDO, &values![at_ms, tx.tenant(), &recovery])? > 0)
}

/// The sum of what is owed back and on no paid bill yet.
pub fn outstanding(recoveries: &[Recovery]) -> Rupiah {
    let open = recoveries.iter().filter(|one| !matches!(one.on_bill, Some((_, BillState::Posted))));
    Rupiah(open.map(|one| one.paid.rupiah.0).sum())
}
