//! Steps that were made, each with the name of whoever made it.

use store::Tx;
pub use store::steps::StepKept;

use crate::error::AppError;

/// A step and the name of whoever made it; none for what followed by itself.
pub type StepNamed<Step, State> = (StepKept<Step, State>, Option<Box<str>>);

/// The same steps with the names of their makers.
pub(crate) fn named<Step, State>(
    tx: &mut Tx<'_>,
    steps: Vec<StepKept<Step, State>>,
) -> Result<Vec<StepNamed<Step, State>>, AppError> {
    let mut found = Vec::with_capacity(steps.len());
    for step in steps {
        let by = match step.made_by {
            Some(user) => store::orgs::user(tx, user)?.map(|user| user.name),
            None => None,
        };
        found.push((step, by));
    }
    Ok(found)
}
