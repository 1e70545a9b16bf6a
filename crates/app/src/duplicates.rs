//! One human, one record: pairs of registered people who may be one, found, shown and decided.
//!
//! The engine proposes, people decide. A pair is kept as two identifiers and small integers; what
//! it says is computed from the two records whenever somebody looks.

mod engine;
mod judge;
mod limits;
mod show;

use std::collections::{HashMap, HashSet};

use base::Id;
use base::id::kind;
pub use domain::duplicates::{Limits, PairState, PairVerdict, Stake};
use domain::duplicates::{ordered, pair_id};
use store::Tx;
use store::duplicates::Pair;

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};

pub(crate) use engine::reasons;
use engine::{Compared, Found};
pub use engine::{Reason, certainty_ppm};
pub use judge::Judgement;
pub use limits::{LimitsReport, ScoreBand};
pub use show::{
    Agreement, FieldShown, MergeFacts, PairFile, PairShown, PairSource, QuestionShown, SaidShown,
};

/// The setting that says how far the register was compared: the way of comparing, and the moment.
const COMPARED: &str = "duplicates-compared";
/// Records are written down some time before they can be seen: so much is compared once more.
const OVERLAP_MS: i64 = 3_600_000;

/// What a search did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Searched {
    /// People of the register.
    pub people: u64,
    /// Those compared with everybody: new or changed since the last search.
    pub compared: u64,
    /// Pairs found that were not known.
    pub new: u64,
    /// Pairs whose evidence or money changed.
    pub changed: u64,
    /// Pairs nobody had touched that are no longer alike.
    pub gone: u64,
    /// Pairs alike that were told apart while a file was taken in.
    pub told_apart: u64,
}

/// Everybody, as a search sees them.
struct Everybody {
    ids: Vec<Id<kind::Person>>,
    compared: Compared,
    /// Positions of those to be compared with everybody; none when all are.
    chosen: Option<Vec<u32>>,
    newest_ms: i64,
}

/// What a search changes.
#[derive(Default)]
struct Outcome {
    new: Vec<Pair>,
    changed: Vec<Pair>,
    gone: Vec<Pair>,
}

impl Office {
    /// Looks for people who may be one: those new or changed since the last search against
    /// everybody, or all of them.
    ///
    /// What was decided stays decided; what nobody decided gets its evidence and its money anew.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn find_duplicates(&self, actor: &Actor, all: bool) -> Result<Searched, AppError> {
        self.authorize(actor, Operation::ChangePerson, &Target::default())?;
        let (mut searched, outcome, newest_ms) = self.store.read(|tx| {
            let everybody = self.everybody(tx, all)?;
            let found = match &everybody.chosen {
                None => everybody.compared.everybody(),
                Some(chosen) => everybody.compared.with(chosen),
            };
            let mut searched = Searched {
                people: everybody.ids.len() as u64,
                compared: everybody.chosen.as_ref().map_or(everybody.ids.len(), Vec::len) as u64,
                ..Searched::default()
            };
            let outcome = self.outcome(tx, &everybody, &found, &mut searched)?;
            Ok::<_, AppError>((searched, outcome, everybody.newest_ms))
        })?;
        searched.new = outcome.new.len() as u64;
        searched.changed = outcome.changed.len() as u64;
        searched.gone = outcome.gone.len() as u64;
        let mark = format!("{} {newest_ms}", engine::version());
        self.store.write(|tx| {
            let before = store::settings::get(tx, COMPARED)?;
            let quiet = searched.new + searched.changed + searched.gone == 0;
            if quiet && before.as_deref() == Some(mark.as_str()) {
                return Ok(());
            }
            self.keep_search(tx, outcome)?;
            store::settings::set(tx, COMPARED, &mark)?;
            self.record_count(tx, actor, "duplicates-searched", "pair", searched.new)
        })?;
        Ok(searched)
    }

    /// Keeps what a search found, unless somebody has spoken or merged meanwhile.
    fn keep_search(&self, tx: &mut Tx<'_>, outcome: Outcome) -> Result<(), AppError> {
        let merged = store::merges::roots(tx)?;
        let mut new = Vec::with_capacity(outcome.new.len());
        for pair in outcome.new {
            let away = merged.contains_key(&pair.left) || merged.contains_key(&pair.right);
            if !away && store::duplicates::get(tx, pair.id)?.is_none() {
                new.push(pair);
            }
        }
        store::duplicates::insert_all(tx, &new)?;
        for pair in &outcome.changed {
            store::duplicates::weigh(tx, pair)?;
        }
        for pair in &outcome.gone {
            let now = store::duplicates::get(tx, pair.id)?;
            if now.is_some_and(|now| now.state == PairState::Open && now.revision == 0) {
                store::duplicates::remove(tx, pair)?;
            }
        }
        Ok(())
    }

    /// Reads everybody who stands for themselves, each record made comparable as it comes.
    fn everybody(&self, tx: &mut Tx<'_>, all: bool) -> Result<Everybody, AppError> {
        let mark = store::settings::get(tx, COMPARED)?.unwrap_or_default();
        let before = mark.split_once(' ').filter(|(version, _)| *version == engine::version());
        let since: Option<i64> = before.and_then(|(_, moment)| moment.parse().ok());
        let since = since.filter(|_| !all).map(|moment| moment - OVERLAP_MS);
        let merged = store::merges::roots(tx)?;
        let (mut ids, mut records, mut chosen, mut newest_ms) = (vec![], vec![], vec![], 0);
        store::people::each(tx, |person, recorded_at_ms| {
            newest_ms = newest_ms.max(recorded_at_ms);
            if merged.contains_key(&person.id) {
                return Ok(());
            }
            if since.is_some_and(|since| recorded_at_ms > since) {
                chosen.push(ids.len() as u32);
            }
            records.push(self.record_of(&person));
            ids.push(person.id);
            Ok(())
        })?;
        let chosen = since.map(|_| chosen);
        Ok(Everybody { ids, compared: Compared::of(records), chosen, newest_ms })
    }

    /// What the pairs found mean for the pairs kept.
    fn outcome(
        &self,
        tx: &mut Tx<'_>,
        everybody: &Everybody,
        found: &[Found],
        searched: &mut Searched,
    ) -> Result<Outcome, AppError> {
        let limits = limits::limits(tx)?;
        let at: HashMap<_, u32> = everybody.ids.iter().copied().zip(0..).collect();
        let roots = store::merges::roots(tx)?;
        let root = |person| store::merges::root_of(&roots, person);
        let (mut known, mut apart) = (Vec::new(), HashSet::new());
        store::duplicates::each(tx, |pair| {
            // Whoever was told from somebody is told from whoever stands for them now.
            if pair.state == PairState::Different {
                apart.insert(pair_id(root(pair.left), root(pair.right)));
            }
            known.push(pair);
            Ok(())
        })?;
        let mut money = Money::new(self);
        let mut outcome = Outcome::default();
        let have: HashSet<_> = known.iter().map(|pair| pair.id).collect();
        for pair in known {
            let waits = matches!(pair.state, PairState::Open | PairState::Asked);
            let (Some(left), Some(right), true) = (at.get(&pair.left), at.get(&pair.right), waits)
            else {
                continue;
            };
            let now = everybody.compared.compare(*left, *right);
            let untouched = pair.state == PairState::Open && pair.revision == 0;
            if now.score < limits.ask && untouched {
                outcome.gone.push(pair);
                continue;
            }
            let stake = money.of_pair(tx, pair.left, pair.right)?;
            let weighed =
                Pair { score: now.score, levels: now.levels.into(), stake, ..pair.clone() };
            if weighed != pair {
                outcome.changed.push(weighed);
            }
        }
        let told_apart = store::duplicates::told_apart(tx)?;
        for one in found.iter().filter(|one| one.score >= limits.ask) {
            let (left, right) =
                ordered(everybody.ids[one.left as usize], everybody.ids[one.right as usize]);
            let id = pair_id(left, right);
            if have.contains(&id) || apart.contains(&id) {
                continue;
            }
            let by_file =
                told_apart.get(&left).is_some_and(|at| told_apart.get(&right) == Some(at));
            if by_file {
                searched.told_apart += 1;
                continue;
            }
            outcome.new.push(Pair {
                id,
                left,
                right,
                state: PairState::Open,
                score: one.score,
                levels: one.levels.into(),
                stake: money.of_pair(tx, left, right)?,
                revision: 0,
                found_at_ms: self.now_ms(),
            });
        }
        Ok(outcome)
    }

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
        let stake = store::duplicates::stake(tx, person, self.month)?;
        self.known.insert(person, stake);
        Ok(stake)
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
