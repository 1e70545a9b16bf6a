//! Funds, the revisions of their ceilings, and what their programmes have bound, billed and paid.

use base::id::kind;
use base::{Id, Rupiah};
use domain::fund::{Fund, FundRevision};
use domain::ledger::chart::{AccountRole, account_id};
use rules::FundKind;

use crate::reasons::{self, Part};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("fund_insert");
static BY_CODE: Sql = sql!("fund_by_code");
static GET: Sql = sql!("fund_get");
static LIST: Sql = sql!("fund_list");
static SET_CEILING: Sql = sql!("fund_set_ceiling");
static MONEY: Sql = sql!("fund_money");
static COMMITTED: Sql = sql!("proposal_committed");
static REVISION_INSERT: Sql = sql!("fund_revision_insert");
static REVISION_GET: Sql = sql!("fund_revision_get");
static REVISIONS: Sql = sql!("fund_revision_list");

/// What a programme has of its fund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgrammeMoney {
    /// Which programme.
    pub programme: Id<kind::Programme>,
    /// On lists that wait for approval.
    pub proposed: Rupiah,
    /// On approved lists; what was given back since is not taken off.
    pub approved: Rupiah,
    /// On final and posted bills.
    pub billed: Rupiah,
    /// On posted bills.
    pub paid: Rupiah,
}

/// Adds a fund; a taken code is `fund_code_unique`.
pub fn insert_fund(tx: &mut Tx<'_>, fund: &Fund) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &fund.id,
        &fund.code,
        fund.kind.name(),
        fund.ceiling,
        fund.year,
        fund.account.as_ref(),
        fund.earmark.as_ref(),
    ];
    tx.run(&INSERT, &values).map(|_| ())
}

/// The fund with this code.
pub fn fund_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Fund>, StoreError> {
    tx.one(&BY_CODE, &values![tx.tenant(), code], read)
}

/// The fund with this id.
pub fn fund(tx: &mut Tx<'_>, id: Id<kind::Fund>) -> Result<Option<Fund>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// All funds, by code.
pub fn funds(tx: &mut Tx<'_>) -> Result<Vec<Fund>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], read)
}

/// Gives a fund another ceiling; the ledger moves it in the same transaction.
pub fn set_ceiling(tx: &mut Tx<'_>, id: Id<kind::Fund>, ceiling: Rupiah) -> Result<(), StoreError> {
    match tx.run(&SET_CEILING, &values![ceiling, tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "fund" }),
        _ => Ok(()),
    }
}

/// What lists have bound of a fund, less what was given back: its ceiling less what its
/// appropriation account has left.
pub fn committed(tx: &mut Tx<'_>, id: Id<kind::Fund>) -> Result<Rupiah, StoreError> {
    let account = account_id(id.as_bytes(), AccountRole::Appropriation);
    tx.one(&COMMITTED, &values![&account, tx.tenant(), &id], |columns| columns.take())
        .map(Option::unwrap_or_default)
}

/// What each programme of a fund has proposed, bound, billed and paid, by its code.
pub fn money(tx: &mut Tx<'_>, id: Id<kind::Fund>) -> Result<Vec<ProgrammeMoney>, StoreError> {
    tx.all(&MONEY, &values![tx.tenant(), &id], |columns| {
        Ok(ProgrammeMoney {
            programme: columns.take()?,
            proposed: columns.take()?,
            approved: columns.take()?,
            billed: columns.take()?,
            paid: columns.take()?,
        })
    })
}

/// Keeps another ceiling that was put forward.
pub fn insert_revision(tx: &mut Tx<'_>, revision: &FundRevision) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &revision.id,
        &revision.fund,
        revision.before,
        revision.after,
        &revision.basis,
        revision.effective,
        "",
        &revision.made_by,
        revision.made_at_ms,
    ];
    tx.run(&REVISION_INSERT, &values)?;
    reasons::keep(tx, revision.id.as_bytes(), Part::Revision, &revision.reason)
}

/// The revision with this id.
pub fn revision(tx: &mut Tx<'_>, id: Id<FundRevision>) -> Result<Option<FundRevision>, StoreError> {
    let mut found = tx.one(&REVISION_GET, &values![tx.tenant(), &id], read_revision)?;
    open_reasons(tx, found.as_mut_slice())?;
    Ok(found)
}

/// A fund's revisions, oldest first.
pub fn revisions(tx: &mut Tx<'_>, fund: Id<kind::Fund>) -> Result<Vec<FundRevision>, StoreError> {
    let mut found = tx.all(&REVISIONS, &values![tx.tenant(), &fund], read_revision)?;
    open_reasons(tx, &mut found)?;
    Ok(found)
}

fn open_reasons(tx: &mut Tx<'_>, found: &mut [FundRevision]) -> Result<(), StoreError> {
    for revision in found.iter_mut().filter(|revision| revision.reason.is_empty()) {
        let words = reasons::get(tx, revision.id.as_bytes(), Part::Revision)?;
        revision.reason = words.unwrap_or_default().into();
    }
    Ok(())
}

fn read(columns: &mut Columns<'_>) -> Result<Fund, StoreError> {
    Ok(Fund {
        id: columns.take()?,
        code: columns.take()?,
        kind: columns.take_with("a kind of fund", FundKind::from_name)?,
        ceiling: columns.take()?,
        year: columns.take()?,
        account: columns.take()?,
        earmark: columns.take()?,
    })
}

fn read_revision(columns: &mut Columns<'_>) -> Result<FundRevision, StoreError> {
    Ok(FundRevision {
        id: columns.take()?,
        fund: columns.take()?,
        before: columns.take()?,
        after: columns.take()?,
        basis: columns.take()?,
        effective: columns.take()?,
        reason: columns.take()?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
    })
}
