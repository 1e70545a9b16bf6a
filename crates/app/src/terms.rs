//! What is laid down for a programme, changed afterwards: with a reason, and not its price once a
//! list was put forward.

use domain::approval::ProposalState;
use domain::programme::{Programme, Terms};

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::usable_reason;

impl Office {
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
            let lists = store::proposals::of_programme(tx, programme.id)?;
            let binds = |state: &ProposalState| {
                matches!(state, ProposalState::Proposed | ProposalState::Approved)
            };
            let is_bound = lists.iter().any(|list| binds(&list.state));
            if is_bound && terms.groups != programme.terms.groups {
                return Err(AppError::new(ErrorKind::Conflict, "TERMS_BOUND", code));
            }
            store::programmes::set_terms(tx, programme.id, terms)?;
            let object = ("programme", programme.id.as_bytes());
            self.record_reason(tx, actor, "programme-terms-set", object, &reason)
        })?;
        Ok(changed)
    }
}
