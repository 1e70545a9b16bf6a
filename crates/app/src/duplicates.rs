//! One human, one record: pairs of registered people who may be one, found, shown and decided.
//!
//! The engine proposes, people decide. A pair is kept as two identifiers and small integers; what
//! it says is computed from the two records whenever somebody looks.

mod engine;
mod judge;
mod limits;
mod search;
mod show;

use std::collections::HashMap;

use base::Id;
use base::id::kind;
pub use domain::duplicates::{Limits, PairState, PairVerdict, Stake};
use store::Tx;

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};

pub(crate) use engine::reasons;
pub use engine::{Reason, certainty_ppm};
pub use judge::Judgement;
pub use limits::{LimitsReport, ScoreBand};
pub use search::{LastSearch, Searched};
pub use show::{
    Agreement, FieldShown, MergeFacts, PairFile, PairShown, PairSource, QuestionShown, SaidShown,
};

impl Office {
    /// How many pairs stand where.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn duplicate_counts(&self, actor: &Actor) -> Result<HashMap<PairState, u64>, AppError> {
        self.authorize(actor, Operation::ReadPeople, &Target::default())?;
        Ok(self.store.read(store::duplicates::counts)?)
    }
}

/// What people cost, each asked about once.
struct Money {
    month: base::Month,
    known: HashMap<Id<kind::Person>, Stake>,
}

impl Money {
    fn new(office: &Office) -> Money {
        Money { month: office.environment.today().month_of(), known: HashMap::new() }
    }

    fn of(&mut self, tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Stake, AppError> {
        if let Some(stake) = self.known.get(&person) {
            return Ok(*stake);
        }
        self.ask(tx, [person].into_iter())?;
        Ok(self.known.get(&person).copied().unwrap_or_default())
    }

    /// Asks about people who will be asked for, together.
    fn ask(
        &mut self,
        tx: &mut Tx<'_>,
        people: impl Iterator<Item = Id<kind::Person>>,
    ) -> Result<(), AppError> {
        let mut new: Vec<_> = people.filter(|one| !self.known.contains_key(one)).collect();
        new.sort_unstable();
        new.dedup();
        self.known.extend(store::duplicates::stakes(tx, &new, self.month)?);
        Ok(())
    }

    /// What two records cost together.
    fn of_pair(
        &mut self,
        tx: &mut Tx<'_>,
        left: Id<kind::Person>,
        right: Id<kind::Person>,
    ) -> Result<Stake, AppError> {
        let (one, other) = (self.of(tx, left)?, self.of(tx, right)?);
        Ok(Stake {
            monthly: base::Rupiah(one.monthly.0 + other.monthly.0),
            paid: base::Rupiah(one.paid.0 + other.paid.0),
        })
    }
}

/// No such pair, or out of reach.
fn unknown(id: Id<kind::Pair>) -> AppError {
    AppError::not_found("PAIR_UNKNOWN", id.to_string())
}

#[cfg(test)]
mod tests;
