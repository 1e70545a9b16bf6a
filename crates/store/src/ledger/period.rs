//! Months of the books: which are closed, by which step, and what every account had at their end.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::ledger::period::{PeriodAct, PeriodStep, StepState, Sums, SumsByAccount};

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static STEP_INSERT: Sql = sql!("period_step_insert");
static STEP_GET: Sql = sql!("period_step_get");
static STEP_LIST: Sql = sql!("period_step_list");
static STEP_SET_STATE: Sql = sql!("period_step_set_state");
static SET: Sql = sql!("period_set");
static CLOSED: Sql = sql!("period_closed_list");
static TOTAL_INSERT: Sql = sql!("period_total_insert");
static TOTAL_LIST: Sql = sql!("period_total_list");
static LINES_UNMATCHED: Sql = sql!("statement_line_unmatched");

/// Keeps a step that was put forward.
pub fn insert_step(tx: &mut Tx<'_>, step: &PeriodStep) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &step.id,
        step.month,
        step.act.name(),
        &step.reason,
        &step.hash,
        i64::try_from(step.transfers).unwrap_or(i64::MAX),
        step.moved,
        &step.made_by,
        step.made_at_ms,
        step.state.name(),
    ];
    tx.run(&STEP_INSERT, &values).map(|_| ())
}

/// The step with this id.
pub fn step(tx: &mut Tx<'_>, id: Id<PeriodStep>) -> Result<Option<PeriodStep>, StoreError> {
    tx.one(&STEP_GET, &values![tx.tenant(), &id], read)
}

/// Every step, by month, oldest first.
pub fn steps(tx: &mut Tx<'_>) -> Result<Vec<PeriodStep>, StoreError> {
    tx.all(&STEP_LIST, &values![tx.tenant()], read)
}

/// Says where a step stands, and who approved it.
///
/// One who put it forward, or approves a second time, is `period_step_four_eyes` or
/// `period_step_two_others`.
pub fn set_state(tx: &mut Tx<'_>, step: &PeriodStep) -> Result<(), StoreError> {
    let (checked_by, second_by) = (step.checked_by.as_ref(), step.second_by.as_ref());
    let values = values![step.state.name(), checked_by, second_by, tx.tenant(), &step.id];
    match tx.run(&STEP_SET_STATE, &values)? {
        0 => Err(StoreError::NotFound { what: "period step" }),
        _ => Ok(()),
    }
}

/// Closes the month of a step: nothing is posted into it from here on.
pub fn close(
    tx: &mut Tx<'_>,
    step: &PeriodStep,
    closing: &SumsByAccount,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = closing
        .iter()
        .map(|(account, sums)| values![tenant, &step.id, account, sums.debits, sums.credits]);
    tx.insert(&TOTAL_INSERT, rows)?;
    set(tx, step, "closed")
}

/// Opens the month of a step again.
pub fn reopen(tx: &mut Tx<'_>, step: &PeriodStep) -> Result<(), StoreError> {
    set(tx, step, "open")
}

fn set(tx: &mut Tx<'_>, step: &PeriodStep, state: &str) -> Result<(), StoreError> {
    let last = step.month.last_day();
    let values = values![tx.tenant(), step.month, last, state, &step.id];
    tx.run(&SET, &values).map(|_| ())
}

/// The closed months with the steps that closed them, oldest first.
pub fn closed(tx: &mut Tx<'_>) -> Result<Vec<(Month, Id<PeriodStep>)>, StoreError> {
    tx.all(&CLOSED, &values![tx.tenant()], |columns| Ok((columns.take()?, columns.take()?)))
}

/// The last day into which nothing may be posted any more.
pub fn closed_until(tx: &mut Tx<'_>) -> Result<Option<Day>, StoreError> {
    Ok(closed(tx)?.last().map(|(month, _)| month.last_day()))
}

/// What every account had at the end of the month that a step closed.
pub fn closing(tx: &mut Tx<'_>, step: Id<PeriodStep>) -> Result<SumsByAccount, StoreError> {
    let mut found = SumsByAccount::new();
    tx.each(&TOTAL_LIST, &values![tx.tenant(), &step], |columns| {
        let account: Id<kind::Account> = columns.take()?;
        found.insert(account, Sums { debits: columns.take()?, credits: columns.take()? });
        Ok(())
    })?;
    Ok(found)
}

/// Lines of bank statements of some days by which money went out and that have paid no bill: how
/// many, and what they come to.
pub fn lines_unmatched(tx: &mut Tx<'_>, days: (Day, Day)) -> Result<(u64, Rupiah), StoreError> {
    let found = tx.one(&LINES_UNMATCHED, &values![tx.tenant(), days.0, days.1], |columns| {
        Ok((columns.take()?, columns.take()?))
    })?;
    Ok(found.unwrap_or_default())
}

fn read(columns: &mut Columns<'_>) -> Result<PeriodStep, StoreError> {
    Ok(PeriodStep {
        id: columns.take()?,
        month: columns.take()?,
        act: columns.take_with("an act on a period", PeriodAct::from_name)?,
        reason: columns.take()?,
        hash: columns.take()?,
        transfers: columns.take()?,
        moved: columns.take()?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
        checked_by: columns.take()?,
        second_by: columns.take()?,
        state: columns.take_with("a state of a step", StepState::from_name)?,
    })
}
