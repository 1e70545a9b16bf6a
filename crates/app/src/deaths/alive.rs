//! Whoever a list wrongly calls dead: somebody of the office knows that they live, and lists of
//! that day and before are held against them no more.

use base::id::kind;
use base::{Day, Id};
use domain::claim::ClaimState;

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};

impl Office {
    /// Keeps that somebody lives on a day; whether it was new. Bills pay for them again; what is
    /// owed back for them by mistake is put forward with the next credits.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`, `ALIVE_DAY_UNFIT` for a day to come, `REASON_MISSING`,
    /// `ALIVE_CLAIMED` while a claim for their death stands.
    pub fn note_alive(
        &self,
        actor: &Actor,
        person: Id<kind::Person>,
        as_of: Day,
        reason: &str,
    ) -> Result<bool, AppError> {
        let reason = crate::people::usable_reason(reason)?;
        self.authorize(actor, Operation::TakeReferences, &Target::default())?;
        if as_of > self.environment.today() {
            return Err(AppError::usage("ALIVE_DAY_UNFIT", as_of.to_string()));
        }
        self.store.write(|tx| {
            let person = self.member(tx, person)?;
            let claims = store::benefit_claims::of_person(tx, person.id)?;
            let mut of_death = claims.iter().filter(|claim| claim.kind.is_death());
            if of_death.any(|claim| claim.state != ClaimState::Withdrawn) {
                return Err(AppError::refused("ALIVE_CLAIMED", person.id.to_string()));
            }
            let by = (actor.id, self.now_ms());
            let is_new = store::deaths::note_alive(tx, (person.id, as_of), by)?;
            if is_new {
                let object = ("person", person.id.as_bytes());
                self.record_reason(tx, actor, "person-lives", object, &reason)?;
            }
            Ok(is_new)
        })
    }
}
