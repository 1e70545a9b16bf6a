//! Months of the books: which are closed, by which step, and what every account had at their end.

use std::collections::BTreeMap;

use base::id::kind;
use base::{Day, Id, Month};
use domain::ledger::period::{
    ObstacleKind, PeriodAct, PeriodStep, StepState, Sums, SumsByAccount, Waived,
};

use crate::reasons::{self, Part};
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
static WAIVER_INSERT: Sql = sql!("period_waiver_insert");
static WAIVER_LIST: Sql = sql!("period_waiver_list");
static GAP_INSERT: Sql = sql!("period_gap_insert");

/// Keeps a step that was put forward.
pub fn insert_step(tx: &mut Tx<'_>, step: &PeriodStep) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &step.id,
        step.month,
        step.act.name(),
        // Sealed apart.
        "",
        &step.hash,
        i64::try_from(step.transfers).unwrap_or(i64::MAX),
        step.moved,
        &step.made_by,
        step.made_at_ms,
        step.state.name(),
    ];
    tx.run(&STEP_INSERT, &values)?;
    reasons::keep(tx, step.id.as_bytes(), Part::Period, &step.reason)
}

/// The step with this id.
pub fn step(tx: &mut Tx<'_>, id: Id<PeriodStep>) -> Result<Option<PeriodStep>, StoreError> {
    let mut found = tx.one(&STEP_GET, &values![tx.tenant(), &id], read)?;
    opened(tx, found.as_mut_slice())?;
    Ok(found)
}

/// Every step, by month, oldest first.
pub fn steps(tx: &mut Tx<'_>) -> Result<Vec<PeriodStep>, StoreError> {
    let mut found = tx.all(&STEP_LIST, &values![tx.tenant()], read)?;
    opened(tx, &mut found)?;
    Ok(found)
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

/// What was let pass, by the step that did.
pub type WaivedBySteps = BTreeMap<Id<PeriodStep>, Vec<Waived>>;

/// Keeps what a step that was put forward lets pass.
pub fn insert_waived(
    tx: &mut Tx<'_>,
    step: Id<PeriodStep>,
    waived: &[Waived],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let is_gap = |one: &&Waived| one.kind == ObstacleKind::Unbilled;
    let gaps = waived.iter().filter(is_gap);
    tx.insert(&GAP_INSERT, gaps.map(|one| values![tenant, &step, one.about.as_ref()]))?;
    let papers = waived.iter().filter(|one| !is_gap(one));
    let rows =
        papers.map(|one| values![tenant, &step, one.kind.name(), one.about.as_ref(), one.rupiah]);
    tx.insert(&WAIVER_INSERT, rows).map(|_| ())
}

/// What steps let pass, approved ones and others.
pub fn waived(tx: &mut Tx<'_>) -> Result<WaivedBySteps, StoreError> {
    let mut found = WaivedBySteps::new();
    tx.each(&WAIVER_LIST, &values![tx.tenant()], |columns| {
        let step: Id<PeriodStep> = columns.take()?;
        found.entry(step).or_default().push(Waived {
            kind: columns.take_with("something missing", ObstacleKind::from_name)?,
            about: columns.take()?,
            rupiah: columns.take()?,
        });
        Ok(())
    })?;
    // In the order in which they were put forward, whatever their names sort like.
    found.values_mut().for_each(|waived| waived.sort());
    Ok(found)
}

/// Opens why months are opened again, or closed although something is missing.
fn opened(tx: &mut Tx<'_>, found: &mut [PeriodStep]) -> Result<(), StoreError> {
    let waived = if found.is_empty() { WaivedBySteps::new() } else { waived(tx)? };
    let sealed = |step: &&mut PeriodStep| {
        let says_why = step.act == PeriodAct::Reopen || waived.contains_key(&step.id);
        says_why && step.reason.is_empty()
    };
    for step in found.iter_mut().filter(sealed) {
        let words = reasons::get(tx, step.id.as_bytes(), Part::Period)?;
        step.reason = words.unwrap_or_default().into();
    }
    Ok(())
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
