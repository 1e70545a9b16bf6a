//! What speaks for and against a row, gathered before anything is decided.

use base::{Problem, ProblemCode, Severity};

use super::Outcome;
use super::told::Twin;
use crate::programme::Programme;
use crate::registry::KnownPerson;

/// The conditions of a row, one for each outcome that has one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Findings<'a> {
    pub(super) not_a_person: bool,
    pub(super) unchanged: bool,
    pub(super) needs_fix: bool,
    pub(super) duplicate_in_file: bool,
    pub(super) needs_decision: bool,
    pub(super) dead: bool,
    pub(super) asn: bool,
    pub(super) age_over: bool,
    pub(super) age_under: bool,
    pub(super) outside: bool,
    pub(super) wrong_occupation: bool,
    pub(super) insured: bool,
    pub(super) on_programme: bool,
    pub(super) to_confirm: bool,
    /// Whom somebody told the row's person from just now.
    pub(super) told_from: Option<Twin>,
    /// Whom the register knows the row's person as.
    pub(super) known: Option<&'a KnownPerson>,
}

impl Findings<'_> {
    /// The first condition that holds, in the order of [`Outcome`].
    pub(super) fn outcome(&self) -> Outcome {
        let conditions = [
            (self.not_a_person, Outcome::NotAPerson),
            (self.unchanged, Outcome::Unchanged),
            (self.needs_fix, Outcome::NeedsFix),
            (self.duplicate_in_file, Outcome::DuplicateInFile),
            (self.needs_decision, Outcome::NeedsDecision),
            (self.dead, Outcome::RefusedDead),
            (self.asn, Outcome::RefusedAsn),
            (self.age_over, Outcome::RefusedAgeOver),
            (self.age_under, Outcome::RefusedAgeUnder),
            (self.outside, Outcome::RefusedOutside),
            (self.wrong_occupation, Outcome::RefusedOccupation),
            (self.insured, Outcome::RefusedInsured),
            (self.on_programme, Outcome::AlreadyOnProgramme),
            (self.to_confirm, Outcome::AcceptedToConfirm),
            (true, Outcome::Accepted),
        ];
        let first = conditions.into_iter().find(|(holds, _)| *holds);
        first.expect("the last condition always holds").1
    }
}

/// Whether a problem sends the row back to be mended.
///
/// A place outside is an error of the row, yet nothing its sender could mend: it is refused.
pub(super) fn to_be_mended(problem: &Problem) -> bool {
    problem.severity() == Severity::Error && problem.code != ProblemCode::PlaceOutside
}

/// Whether a problem leaves something to confirm.
pub(super) fn to_be_confirmed(problem: &Problem) -> bool {
    problem.severity() == Severity::Warning
}

/// Whether the NIK of a row is in doubt, so that another row with it is in doubt too.
pub(super) fn contested(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| {
        matches!(
            problem.code,
            ProblemCode::NikShared | ProblemCode::NikIsKk | ProblemCode::SamePersonOtherNik
        )
    })
}

/// What a row's work means for the programme: whether to ask, and whether to refuse.
pub(super) fn judge_occupation(
    occupation: Option<&crate::occupation::OccupationKey>,
    problems: &[Problem],
    programme: &Programme,
) -> (bool, bool) {
    let open = programme.occupations.is_empty();
    let unknown = problems.iter().any(|p| p.code == ProblemCode::OccupationUnknown);
    match occupation.or(programme.default_occupation.as_ref().filter(|_| !unknown)) {
        // A word in no list is asked about; a missing one only where the programme chooses.
        None => (unknown || !open, false),
        Some(key) if open || programme.occupations.contains(key) => (false, false),
        // A guess must not refuse anybody.
        Some(_) => (unknown, !unknown),
    }
}
