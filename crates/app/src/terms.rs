//! What is laid down for a programme, changed afterwards: with a reason, and not its price once a
//! list was put forward.

mod typed;

use domain::approval::ProposalState;
pub use domain::priority::{Criterion, Priority};
use domain::programme::Programme;
pub use domain::programme::{GroupTerms, Terms};

use store::Tx;
pub use typed::{ProgrammeTyped, TermsTyped, read_people};

use crate::board::GroupShown;
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::usable_reason;

impl Office {
    /// As what the groups of a programme would be insured if it were recorded as it is said, and
    /// what one person of each would cost; nothing is recorded.
    ///
    /// # Errors
    /// Those of recording it.
    pub fn preview_programme(
        &self,
        actor: &Actor,
        programme: &Programme,
    ) -> Result<Vec<GroupShown>, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::in_region(programme.territory))?;
        if !crate::office::names_a_file(&programme.code) {
            return Err(AppError::usage("CODE_UNFIT", ""));
        }
        let known = self.store.read(|tx| store::programmes::by_code(tx, &programme.code))?;
        match known {
            Some(known) if known.id != programme.id => {
                return Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", &*programme.code));
            }
            Some(known) if known.terms.groups != programme.terms.groups => {
                self.store.read(|tx| refuse_bound(tx, &known))?;
            }
            _ => {}
        }
        self.check_terms(programme)?;
        self.groups_of(programme)
    }

    /// Lays down other terms for a programme; the same again is no change.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `REASON_MISSING`, `TERMS_BOUND` when segments or wages would change
    /// under a list that was put forward or approved, and the codes of
    /// [`domain::terms::TermsRefusal`].
    pub fn change_terms(
        &self,
        actor: &Actor,
        code: &str,
        terms: &Terms,
        reason: &str,
    ) -> Result<Programme, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::SetUp, &Target::in_region(programme.territory))?;
        if programme.terms == *terms {
            return Ok(programme);
        }
        let reason = usable_reason(reason)?;
        let changed = Programme { terms: terms.clone(), ..programme.clone() };
        self.check_terms(&changed)?;
        self.store.write(|tx| {
            if terms.groups != programme.terms.groups {
                refuse_bound(tx, &programme)?;
            }
            store::programmes::set_terms(tx, programme.id, terms)?;
            let object = ("programme", programme.id.as_bytes());
            self.record_reason(tx, actor, "programme-terms-set", object, &reason)
        })?;
        Ok(changed)
    }
}

/// Refuses another price under a list that was put forward or approved.
fn refuse_bound(tx: &mut Tx<'_>, programme: &Programme) -> Result<(), AppError> {
    let lists = store::proposals::of_programme(tx, programme.id)?;
    let binds =
        |state: &ProposalState| matches!(state, ProposalState::Proposed | ProposalState::Approved);
    match lists.iter().any(|list| binds(&list.state)) {
        true => Err(AppError::new(ErrorKind::Conflict, "TERMS_BOUND", &*programme.code)),
        false => Ok(()),
    }
}
