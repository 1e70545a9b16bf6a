//! The search for people who may be one: who is compared with whom, what that changes in the queue,
//! and the work of it, which begins by itself after people came in.

use std::collections::{HashMap, HashSet};
use std::thread;
use std::time::Duration;

use base::Id;
use base::id::kind;
use domain::duplicates::{PairState, PairVerdict, ordered, pair_id};
use store::audit::AuditLine;
use store::duplicates::{Pair, Two};
use store::jobs::{Job, JobAsked, JobState};
use store::{StoreError, Tx};

use super::engine::{self, Compared, Found};
use super::{Money, limits};
use crate::error::{AppError, ErrorKind};
use crate::jobs::{Crew, JobId, JobKind, Tell};
use crate::office::{Actor, Office, Operation, Target};

/// The setting that says how far the register was compared: the way of comparing, and the moment.
const COMPARED: &str = "duplicates-compared";
/// Records are written down some time before they can be seen: so much is compared once more.
const OVERLAP_MS: i64 = 3_600_000;
/// Progress is told after so many people or pairs.
const TELL_AFTER: u64 = 5_000;
/// How often whoever waits for a search looks at it.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// What the work of a search is about: those new or changed since the last one, or everybody.
const SUBJECTS: [[u8; 16]; 2] = [[0; 16], [1; 16]];

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
    /// Pairs alike that an earlier program knew as told apart.
    pub told_apart: u64,
}

/// How the search stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSearch {
    /// When the last one ended, in milliseconds since 1970-01-01 UTC, and what it did.
    pub done: Option<(i64, Searched)>,
    /// The one that waits or runs.
    pub open: Option<Job>,
    /// The newest one, when it failed or was stopped.
    pub failed: Option<Job>,
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
    /// Those that an earlier program knew as told apart: kept as such, as pairs.
    told: Vec<Pair>,
}

impl Searched {
    fn numbers(&mut self) -> [&mut u64; 6] {
        let Searched { people, compared, new, changed, gone, told_apart } = self;
        [people, compared, new, changed, gone, told_apart]
    }

    /// As the work keeps it.
    pub(crate) fn print(mut self) -> String {
        self.numbers().map(|number| number.to_string()).join(" ")
    }

    fn parse(text: &str) -> Searched {
        let mut searched = Searched::default();
        for (number, text) in searched.numbers().into_iter().zip(text.split(' ')) {
            *number = text.parse().unwrap_or_default();
        }
        searched
    }
}

impl Office {
    /// Asks for a search: those new or changed since the last one against everybody, or all of
    /// them. The same search that waits or runs is answered instead.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn ask_search(&self, actor: &Actor, all: bool) -> Result<Job, AppError> {
        self.authorize(actor, Operation::ChangePerson, &Target::default())?;
        let asked = self.search_asked(actor, all);
        Ok(self.store.write(|tx| store::jobs::ask(tx, &asked))?)
    }

    /// Asks for a search because people came in or changed: it begins once that is committed. One
    /// that runs already may have read the register before, so only one that waits will do.
    pub(crate) fn search_after(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<(), AppError> {
        let asked = self.search_asked(actor, false);
        let waiting = store::jobs::of_state(tx, JobState::Queued)?;
        let waits = |job: &Job| *job.kind == *asked.kind && job.subject == *asked.subject;
        if !waiting.iter().any(waits) {
            store::jobs::insert(tx, &asked)?;
        }
        Ok(())
    }

    fn search_asked(&self, actor: &Actor, all: bool) -> JobAsked<'static> {
        JobAsked {
            id: self.environment.new_id(),
            kind: JobKind::Search.name(),
            subject: &SUBJECTS[usize::from(all)],
            owner: actor.id,
            at_ms: self.now_ms(),
        }
    }

    /// When the last search was, what it did, and the one that waits or runs.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn last_search(&self, actor: &Actor) -> Result<LastSearch, AppError> {
        self.authorize(actor, Operation::ChangePerson, &Target::default())?;
        self.store.read(|tx| {
            let done = newest(tx, true)?;
            let failed = newest(tx, false)?.filter(|job| !job.state.is_open());
            let mut open = store::jobs::of_state(tx, JobState::Running)?;
            open.extend(store::jobs::of_state(tx, JobState::Queued)?);
            let open = open.into_iter().find(|job| *job.kind == *JobKind::Search.name());
            let is_news = |job: &Job| done.as_ref().is_none_or(|done| job.id > done.id);
            Ok(LastSearch {
                failed: failed.filter(|job| open.is_none() && is_news(job)),
                done: done
                    .map(|job| (job.ended_at_ms.unwrap_or_default(), Searched::parse(&job.detail))),
                open,
            })
        })
    }

    /// Wants the search stopped that waits or runs, whoever asked for it.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn cancel_search(&self, actor: &Actor) -> Result<Option<JobId>, AppError> {
        let Some(open) = self.last_search(actor)?.open else { return Ok(None) };
        self.stop_job(&open)?;
        Ok(Some(open.id))
    }

    /// Does the work of a search here, unless another process is at it; tells how far it is, and
    /// answers when it has ended.
    ///
    /// # Errors
    /// The search's own, `JOB_CANCELLED` when somebody had it stopped.
    pub fn see_search_through(
        &self,
        id: JobId,
        mut told: impl FnMut(&Job),
    ) -> Result<Searched, AppError> {
        let crew = Crew::new(self);
        let look = || {
            let job = self.store.read(|tx| store::jobs::get(tx, id))?;
            job.ok_or_else(|| AppError::not_found("JOB_UNKNOWN", id.to_string()))
        };
        let work = || {
            while look()?.state.is_open() {
                if !self.work_on(&crew, id)? {
                    thread::sleep(LOOK_EVERY);
                }
            }
            Ok::<_, AppError>(())
        };
        thread::scope(|scope| {
            let worker = scope.spawn(work);
            while !worker.is_finished() {
                told(&look()?);
                thread::sleep(LOOK_EVERY);
            }
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        let job = look()?;
        match job.state {
            JobState::Done => Ok(Searched::parse(&job.detail)),
            JobState::Cancelled => Err(AppError::refused(&job.code, "")),
            _ => Err(AppError::new(ErrorKind::Unexpected, &job.code, &*job.detail)),
        }
    }

    /// Whether the work of a search compares everybody.
    pub(crate) fn is_of_all(job: &Job) -> bool {
        job.subject == SUBJECTS[1]
    }

    /// Looks for people who may be one, here and now.
    ///
    /// What was decided stays decided; what nobody decided gets its evidence and its money anew.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn find_duplicates(&self, actor: &Actor, all: bool) -> Result<Searched, AppError> {
        self.authorize(actor, Operation::ChangePerson, &Target::default())?;
        self.search(actor, all, &mut Tell::nobody())
    }

    /// The work of a search. Whoever brought people in has begun it, and need not be one who may
    /// change anybody.
    pub(crate) fn search(
        &self,
        actor: &Actor,
        all: bool,
        tell: &mut Tell<'_>,
    ) -> Result<Searched, AppError> {
        let everybody = self.everybody(all, tell)?;
        let compared = everybody.chosen.as_ref().map_or(everybody.ids.len(), Vec::len);
        let mut searched = Searched {
            people: everybody.ids.len() as u64,
            compared: compared as u64,
            ..Searched::default()
        };
        tell.step("compare", 0, 0)?;
        let mut compare = |done, total| tell.step("compare", done, total);
        let found = match &everybody.chosen {
            None => everybody.compared.everybody(&mut compare)?,
            Some(chosen) => everybody.compared.with(chosen, &mut compare)?,
        };
        let outcome = self.store.read(|tx| self.outcome(tx, &everybody, &found, tell))?;
        searched.new = outcome.new.len() as u64;
        searched.changed = outcome.changed.len() as u64;
        searched.gone = outcome.gone.len() as u64;
        searched.told_apart = outcome.told.len() as u64;
        let mark = format!("{} {}", engine::version(), everybody.newest_ms);
        self.store.write(|tx| {
            tell.is_wanted(tx)?;
            let before = store::settings::get(tx, COMPARED)?;
            let found = searched.new + searched.changed + searched.gone + searched.told_apart;
            if found == 0 && before.as_deref() == Some(mark.as_str()) {
                return Ok(());
            }
            let line = self.audit_line(Some(actor.id), "duplicates-searched", "pair");
            let line = AuditLine { count: i64::try_from(searched.new).ok(), ..line };
            self.keep_search(tx, outcome, line.id)?;
            store::settings::set(tx, COMPARED, &mark)?;
            self.record_line(tx, actor, &line)
        })?;
        Ok(searched)
    }

    /// Keeps what a search found, unless somebody has spoken or merged meanwhile.
    fn keep_search(
        &self,
        tx: &mut Tx<'_>,
        outcome: Outcome,
        line: [u8; 16],
    ) -> Result<(), AppError> {
        let merged = store::merges::roots(tx)?;
        let known = store::duplicates::ids(tx)?;
        let apart = store::duplicates::told_apart(tx)?;
        let mut new = outcome.new;
        new.retain(|pair| {
            let away = merged.contains_key(&pair.left) || merged.contains_key(&pair.right);
            !away && !known.contains(&pair.id) && !apart.contains(&(pair.left, pair.right))
        });
        store::duplicates::insert_all(tx, &new)?;
        store::duplicates::weigh_all(tx, &outcome.changed)?;
        store::duplicates::remove_all(tx, &outcome.gone)?;
        for pair in outcome.told.iter().filter(|pair| !known.contains(&pair.id)) {
            let said = self.word(pair, PairVerdict::Different, None, line);
            let pair = Pair { state: PairState::Different, revision: 1, ..pair.clone() };
            store::duplicates::insert_said(tx, &pair, &said)?;
        }
        Ok(())
    }

    /// Reads everybody who stands for themselves, each record made comparable as it comes.
    fn everybody(&self, all: bool, tell: &mut Tell<'_>) -> Result<Everybody, AppError> {
        let (mut ids, mut records, mut chosen, mut newest_ms) = (vec![], vec![], vec![], 0);
        let mut stopped = None;
        let since = self.store.read(|tx| {
            let mark = store::settings::get(tx, COMPARED)?.unwrap_or_default();
            let before = mark.split_once(' ').filter(|(version, _)| *version == engine::version());
            let since: Option<i64> = before.and_then(|(_, moment)| moment.parse().ok());
            let since = since.filter(|_| !all).map(|moment| moment - OVERLAP_MS);
            let merged = store::merges::roots(tx)?;
            let (mut read, total) = (0, store::people::count(tx)?);
            store::people::each(tx, |person, recorded_at_ms| {
                newest_ms = newest_ms.max(recorded_at_ms);
                read += 1;
                if read % TELL_AFTER == 0 {
                    stopped = tell.step("register", read, total).err();
                    if stopped.is_some() {
                        return Err(StoreError::Busy);
                    }
                }
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
            Ok::<_, StoreError>(since)
        });
        if let Some(stopped) = stopped {
            return Err(stopped);
        }
        let chosen = since?.map(|_| chosen);
        Ok(Everybody { ids, compared: Compared::of(records), chosen, newest_ms })
    }

    /// What the pairs found mean for the pairs kept.
    fn outcome(
        &self,
        tx: &mut Tx<'_>,
        everybody: &Everybody,
        found: &[Found],
        tell: &mut Tell<'_>,
    ) -> Result<Outcome, AppError> {
        let limits = limits::limits(tx)?;
        let apart = store::duplicates::told_apart(tx)?;
        let mut known = Vec::new();
        store::duplicates::each(tx, |pair| {
            known.push(pair);
            Ok(())
        })?;
        let have: HashSet<_> = known.iter().map(|pair| pair.id).collect();
        let total = (known.len() + found.len()) as u64;
        let mut weighed = 0;
        let mut told = |tell: &mut Tell<'_>| {
            weighed += 1;
            if weighed % TELL_AFTER == 1 { tell.step("stake", weighed, total) } else { Ok(()) }
        };
        let mut money = Money::new(self);
        money.ask(tx, in_pairs(&known, found, limits.ask, &everybody.ids))?;
        let mut outcome = Outcome::default();
        let at: HashMap<_, u32> = everybody.ids.iter().copied().zip(0..).collect();
        for pair in known {
            told(tell)?;
            let (Some(left), Some(right)) = (at.get(&pair.left), at.get(&pair.right)) else {
                continue;
            };
            let now = everybody.compared.compare(*left, *right);
            let is_apart = apart.contains(&(pair.left, pair.right));
            match after_search(&pair, &now, (limits.ask, is_apart)) {
                Change::None => {}
                Change::Gone => outcome.gone.push(pair),
                Change::Weighed => {
                    let stake = money.of_pair(tx, pair.left, pair.right)?;
                    let weighed =
                        Pair { score: now.score, levels: now.levels.into(), stake, ..pair.clone() };
                    outcome.changed.extend((weighed != pair).then_some(weighed));
                }
            }
        }
        let by_file = store::duplicates::set_apart(tx)?;
        for one in found.iter().filter(|one| one.score >= limits.ask) {
            told(tell)?;
            let two = ordered(everybody.ids[one.left as usize], everybody.ids[one.right as usize]);
            if have.contains(&pair_id(two.0, two.1)) || apart.contains(&two) {
                continue;
            }
            let stake = money.of_pair(tx, two.0, two.1)?;
            let pair = self.found(two, one, stake);
            let of_file = |person| by_file.get(&person);
            match of_file(two.0).is_some_and(|at| of_file(two.1) == Some(at)) {
                true => outcome.told.push(pair),
                false => outcome.new.push(pair),
            }
        }
        Ok(outcome)
    }

    fn found(&self, (left, right): Two, one: &Found, stake: super::Stake) -> Pair {
        Pair {
            id: pair_id(left, right),
            left,
            right,
            state: PairState::Open,
            score: one.score,
            levels: one.levels.into(),
            stake,
            revision: 0,
            found_at_ms: self.now_ms(),
        }
    }
}

/// The newest work of a search: of what was done, or of what was not.
fn newest(tx: &mut Tx<'_>, is_done: bool) -> Result<Option<Job>, StoreError> {
    let mut found = None;
    for subject in &SUBJECTS {
        let job = store::jobs::newest(tx, subject, is_done)?;
        found = found.into_iter().chain(job).max_by_key(|job: &Job| job.id);
    }
    Ok(found)
}

/// Whoever stands in a pair whose money a search may tell.
fn in_pairs<'p>(
    known: &'p [Pair],
    found: &'p [Found],
    ask: i32,
    ids: &'p [Id<kind::Person>],
) -> impl Iterator<Item = Id<kind::Person>> + 'p {
    let waits = |pair: &&Pair| matches!(pair.state, PairState::Open | PairState::Asked);
    let weighed = known.iter().filter(move |pair| waits(pair) || pair.levels.is_empty());
    let asked = found.iter().filter(move |one| one.score >= ask);
    let asked = asked.flat_map(move |one| [ids[one.left as usize], ids[one.right as usize]]);
    weighed.flat_map(|pair| [pair.left, pair.right]).chain(asked)
}

/// What a search does with a pair that is known.
#[derive(Debug, PartialEq, Eq)]
enum Change {
    None,
    /// Its evidence and its money are told anew.
    Weighed,
    /// It is forgotten.
    Gone,
}

/// What becomes of a known pair when its people were compared anew.
///
/// Nobody is asked about what nobody has touched and is no longer alike, or about two of whom
/// others that they stand for were told apart.
fn after_search(pair: &Pair, now: &Found, (ask, is_apart): (i32, bool)) -> Change {
    let untouched = pair.state == PairState::Open && pair.revision == 0;
    match pair.state {
        _ if untouched && (is_apart || now.score < ask) => Change::Gone,
        PairState::Open | PairState::Asked => Change::Weighed,
        // Told apart while a file was checked: nobody has compared the two until now.
        PairState::Different if pair.levels.is_empty() => Change::Weighed,
        _ => Change::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_search_did_is_read_back() {
        let searched =
            Searched { people: 1, compared: 2, new: 3, changed: 4, gone: 5, told_apart: 6 };
        assert_eq!(searched.print(), "1 2 3 4 5 6");
        assert_eq!(Searched::parse("1 2 3 4 5 6"), searched);
        assert_eq!(Searched::parse(""), Searched::default());
    }
}
