//! Steps of what goes through a table of states, such as a message or a card in somebody's hand:
//! each with where the thing stood before and after; its words are sealed beside it.

use base::Id;
use base::id::kind;

use crate::reasons::{self, Part};
use crate::sql::Sql;
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

/// A step that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepKept<Step, State> {
    /// Which, from 1.
    pub no: u32,
    /// What.
    pub step: Step,
    /// Where the thing stood before, and after.
    pub states: (State, State),
    /// What was said with it; empty without.
    pub words: Box<str>,
    /// Who made it; none for what followed by itself.
    pub made_by: Option<Id<kind::User>>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// What is read, in words, and how its stable name is read.
pub(crate) type Reading<T> = (&'static str, fn(&str) -> Option<T>);

/// Keeps a step of a thing, with the stable names of step and states.
pub(crate) fn keep<Step, State>(
    tx: &mut Tx<'_>,
    insert: &'static Sql,
    of: &[u8; 16],
    step: &StepKept<Step, State>,
    [name, before, after]: [&str; 3],
) -> Result<(), StoreError> {
    let (tenant, by) = (tx.tenant(), step.made_by.as_ref());
    tx.run(insert, &values![tenant, of, step.no, name, before, after, by, step.at_ms])?;
    match step.words.is_empty() {
        true => Ok(()),
        false => reasons::keep(tx, of, Part::Step(step.no), &step.words),
    }
}

/// The steps of a thing, in order, with their words.
pub(crate) fn of<Step, State>(
    tx: &mut Tx<'_>,
    list: &'static Sql,
    of: &[u8; 16],
    (step, state): (Reading<Step>, Reading<State>),
) -> Result<Vec<StepKept<Step, State>>, StoreError> {
    let stood = |columns: &mut Columns<'_>| columns.take_with(state.0, state.1);
    let mut found = tx.all(list, &values![tx.tenant(), of], |columns| {
        Ok(StepKept {
            no: columns.take()?,
            step: columns.take_with(step.0, step.1)?,
            states: (stood(columns)?, stood(columns)?),
            words: "".into(),
            made_by: columns.take()?,
            at_ms: columns.take()?,
        })
    })?;
    for step in &mut found {
        step.words = reasons::get(tx, of, Part::Step(step.no))?.unwrap_or_default().into();
    }
    Ok(found)
}
