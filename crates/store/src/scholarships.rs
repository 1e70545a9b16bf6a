//! School years of children whose parent's claim was granted, with the steps that were made of
//! them. Who the child is stands sealed in the claim; here is only their place in it.

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::scholarship::{EndCause, YearKept, YearState, YearStep, class_name};
use rules::SchoolStart;

use crate::reasons::{self, Part};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static SET: Sql = sql!("scholarship_year_set");
static GET: Sql = sql!("scholarship_year_get");
static LIST: Sql = sql!("scholarship_year_list");
static STEP_INSERT: Sql = sql!("scholarship_step_insert");
static STEP_LIST: Sql = sql!("scholarship_step_list");

/// A step of a school year that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearStepKept {
    /// Which of the school year, from 1.
    pub no: u32,
    /// What.
    pub step: YearStep,
    /// Where it stood before, and after.
    pub states: (YearState, YearState),
    /// The day of it; of the school's letter for what is asked.
    pub day: Day,
    /// The class that was said.
    pub class: Option<SchoolStart>,
    /// What is asked for, or was paid.
    pub rupiah: Option<Rupiah>,
    /// Why it ended.
    pub cause: Option<EndCause>,
    /// The number of BPJS or of a transfer; empty without one.
    pub reference: Box<str>,
    /// Why, in somebody's words; empty without.
    pub reason: Box<str>,
    /// Who made it; none when it happened by itself.
    pub made_by: Option<Id<kind::User>>,
    /// Who put forward what was approved.
    pub maker: Option<Id<kind::User>>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// Keeps a step and the school year as it is after it.
pub fn make_step(tx: &mut Tx<'_>, year: &YearKept, step: &YearStepKept) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let class = year.class.map(class_name);
    tx.run(
        &SET,
        &values![
            tenant,
            &year.id,
            &year.claim,
            year.person_no,
            i64::from(year.year),
            class.as_deref(),
            year.state.name(),
            year.steps,
            year.computed,
            year.paid,
            year.cause.map(EndCause::name),
        ],
    )?;
    let class = step.class.map(class_name);
    tx.run(
        &STEP_INSERT,
        &values![
            tenant,
            &year.id,
            step.no,
            step.step.name(),
            step.states.0.name(),
            step.states.1.name(),
            step.day,
            class.as_deref(),
            step.rupiah,
            step.cause.map(EndCause::name),
            &step.reference,
            step.made_by.as_ref(),
            step.maker.as_ref(),
            step.at_ms,
        ],
    )?;
    reasons::keep(tx, year.id.as_bytes(), Part::Step(step.no), &step.reason)
}

/// One school year.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::SchoolYear>) -> Result<Option<YearKept>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// The school years of a claim, child by child.
pub fn of_claim(tx: &mut Tx<'_>, claim: Id<kind::Claim>) -> Result<Vec<YearKept>, StoreError> {
    tx.all(&LIST, &values![tx.tenant(), &claim], read)
}

/// The steps of a school year, in order, with their reasons.
pub fn steps(tx: &mut Tx<'_>, year: Id<kind::SchoolYear>) -> Result<Vec<YearStepKept>, StoreError> {
    let mut found = tx.all(&STEP_LIST, &values![tx.tenant(), &year], |columns| {
        let state = |columns: &mut Columns<'_>| {
            columns.take_with("a school year's state", YearState::from_name)
        };
        Ok(YearStepKept {
            no: columns.take()?,
            step: columns.take_with("a school year's step", YearStep::from_name)?,
            states: (state(columns)?, state(columns)?),
            day: columns.take()?,
            class: class_of(columns.take()?)?,
            rupiah: columns.take()?,
            cause: cause_of(columns.take()?)?,
            reference: columns.take()?,
            reason: "".into(),
            made_by: columns.take()?,
            maker: columns.take()?,
            at_ms: columns.take()?,
        })
    })?;
    for step in &mut found {
        let words = reasons::get(tx, year.as_bytes(), Part::Step(step.no))?;
        step.reason = words.unwrap_or_default().into();
    }
    Ok(found)
}

fn read(columns: &mut Columns<'_>) -> Result<YearKept, StoreError> {
    let (id, claim, person_no) = (columns.take()?, columns.take()?, columns.take()?);
    let year: i64 = columns.take()?;
    Ok(YearKept {
        id,
        claim,
        person_no,
        year: i32::try_from(year).map_err(|_| corrupt("a school year"))?,
        class: class_of(columns.take()?)?,
        state: columns.take_with("a school year's state", YearState::from_name)?,
        steps: columns.take()?,
        computed: columns.take()?,
        paid: columns.take()?,
        cause: cause_of(columns.take()?)?,
    })
}

fn class_of(text: Option<Box<str>>) -> Result<Option<SchoolStart>, StoreError> {
    let read = |text: Box<str>| SchoolStart::parse(&text).ok_or_else(|| corrupt("a class"));
    text.map(read).transpose()
}

fn cause_of(text: Option<Box<str>>) -> Result<Option<EndCause>, StoreError> {
    let read = |text: Box<str>| EndCause::from_name(&text).ok_or_else(|| corrupt("a cause"));
    text.map(read).transpose()
}
