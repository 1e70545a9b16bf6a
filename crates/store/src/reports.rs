//! Counts over what was decided; totals are made of these by whoever prints them.

use base::id::kind;
use base::{Id, ProblemCode};
use domain::enrolment::Outcome;

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static OUTCOMES: Sql = sql!("outcome_count_list");
static CHANGED: Sql = sql!("outcome_changed_list");
static PROBLEMS: Sql = sql!("problem_count_list");
static SHEET_OUTCOMES: Sql = sql!("sheet_outcome_count_list");
static SHEET_PROBLEMS: Sql = sql!("sheet_problem_count_list");

/// Rows of one sheet with one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutcomeCount {
    /// The sheet.
    pub sheet: Id<kind::Sheet>,
    /// Who sent it.
    pub org: Id<kind::Org>,
    /// For what.
    pub programme: Id<kind::Programme>,
    /// The outcome.
    pub outcome: Outcome,
    /// Whether a later sheet replaces these rows.
    pub superseded: bool,
    /// How many.
    pub rows: u64,
}

/// One problem on one sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemCount {
    /// Which.
    pub code: ProblemCode,
    /// How often.
    pub found: u64,
    /// The number or word of its sentence, when it is the same every time; never identity.
    pub detail: Option<Box<str>>,
}

/// Every decided row of every sheet, counted by sheet and outcome.
pub fn outcomes(tx: &mut Tx<'_>) -> Result<Vec<OutcomeCount>, StoreError> {
    tx.all(&OUTCOMES, &values![tx.tenant()], read_count)
}

/// The same of the sheets that acts changed from this place of the log on.
pub fn outcomes_changed_since(tx: &mut Tx<'_>, act: u64) -> Result<Vec<OutcomeCount>, StoreError> {
    tx.all(&CHANGED, &values![tx.tenant(), act.cast_signed()], read_count)
}

fn read_count(columns: &mut Columns<'_>) -> Result<OutcomeCount, StoreError> {
    Ok(OutcomeCount {
        sheet: columns.take()?,
        org: columns.take()?,
        programme: columns.take()?,
        outcome: columns.take_with("an outcome", Outcome::from_name)?,
        superseded: columns.take()?,
        rows: columns.take()?,
    })
}

/// How often each problem was found on a programme's decided sheets.
pub fn problems(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<(ProblemCode, u64)>, StoreError> {
    tx.all(&PROBLEMS, &values![tx.tenant(), &programme], |columns| {
        Ok((columns.take_with("a problem", ProblemCode::from_name)?, columns.take()?))
    })
}

/// One sheet's rows by outcome, and whether a later sheet replaces them; whatever its state.
pub fn sheet_outcomes(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
) -> Result<Vec<(Outcome, bool, u64)>, StoreError> {
    tx.all(&SHEET_OUTCOMES, &values![tx.tenant(), &sheet], |columns| {
        let outcome = columns.take_with("an outcome", Outcome::from_name)?;
        Ok((outcome, columns.take()?, columns.take()?))
    })
}

/// How often each problem was found on one sheet.
pub fn sheet_problems(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
) -> Result<Vec<ProblemCount>, StoreError> {
    tx.all(&SHEET_PROBLEMS, &values![tx.tenant(), &sheet], |columns| {
        let code = columns.take_with("a problem", ProblemCode::from_name)?;
        let found = columns.take()?;
        let (least, most): (Option<Box<str>>, Option<Box<str>>) =
            (columns.take()?, columns.take()?);
        let detail = least.filter(|least| most.as_ref() == Some(least));
        Ok(ProblemCount { code, found, detail })
    })
}
