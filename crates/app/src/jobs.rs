//! Work that outlives a page: asked for through a page, done by workers, found again after a crash.
//!
//! What a job does is a use case that bears being done twice; its acts are audited in the name of
//! whoever asked. Progress is told beside the act's transaction, never in it.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use base::Id;
use base::id::kind;
use domain::access::Target;
use store::jobs::{Claim, JobAsked};
pub use store::jobs::{Job, JobState};

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation};
use crate::tasks::Unseen;

/// A job's identifier.
pub type JobId = Id<Job>;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Reads and checks a large file.
    Check,
    /// Decides a large file.
    Decide,
    /// Takes a large file in that others have approved.
    Finish,
    /// Looks for people who may be one.
    Search,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [JobKind; 4] =
        [JobKind::Check, JobKind::Decide, JobKind::Finish, JobKind::Search];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            JobKind::Check => "check",
            JobKind::Decide => "decide",
            JobKind::Finish => "finish",
            JobKind::Search => "search",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<JobKind> {
        JobKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Workers of one process.
const WORKERS: usize = 2;
/// How often progress is told at most.
const TELL_EVERY: Duration = Duration::from_millis(300);
/// How often a worker without work looks for some.
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// How often a busy process says that it lives, in milliseconds.
const BEAT_MS: u64 = 5_000; // not law: a fraction of the lease
/// How often a register's other servers are told of what waits for them, and months are settled.
const TELL_SERVERS_EVERY: Duration = Duration::from_secs(20); // not law: soon, and seldom
/// A worker that has not been heard of for so long, in milliseconds, is dead.
const LEASE_MS: i64 = 30_000; // not law: longer than any pause of a living machine
/// How often a job is begun before it is given up.
const TRIES_MAX: u32 = 4;

/// Where a use case tells how far it is, and learns that it should stop.
pub struct Tell<'a> {
    to: Option<(&'a Office, Id<Job>)>,
    last: Option<Instant>,
    step: &'static str,
}

impl<'a> Tell<'a> {
    /// Tells nobody, and is never stopped.
    pub fn nobody() -> Tell<'static> {
        Tell { to: None, last: None, step: "" }
    }

    fn of(office: &'a Office, job: Id<Job>) -> Tell<'a> {
        Tell { to: Some((office, job)), last: None, step: "" }
    }

    /// Says how far a step is: `done` of `total`, which is 0 when it is not known.
    ///
    /// # Errors
    /// `JOB_CANCELLED` when somebody wants the job stopped.
    pub fn step(&mut self, step: &'static str, done: u64, total: u64) -> Result<(), AppError> {
        let Some((office, job)) = self.to else { return Ok(()) };
        let due = self.last.is_none_or(|last| last.elapsed() >= TELL_EVERY);
        if step == self.step && !due {
            return Ok(());
        }
        (self.last, self.step) = (Some(Instant::now()), step);
        let now_ms = office.now_ms();
        let stop = office.store.write(|tx| {
            store::jobs::progress(tx, job, step, (done, total), now_ms)?;
            Ok::<_, AppError>(store::jobs::get(tx, job)?.is_none_or(|job| job.cancel))
        })?;
        if stop { Err(AppError::refused(CANCELLED, "")) } else { Ok(()) }
    }

    /// Looks, inside the transaction of the act, whether it is still wanted.
    pub(crate) fn is_wanted(&self, tx: &mut store::Tx<'_>) -> Result<(), AppError> {
        let Some((_, job)) = self.to else { return Ok(()) };
        match store::jobs::get(tx, job)? {
            Some(job) if !job.cancel => Ok(()),
            _ => Err(AppError::refused(CANCELLED, "")),
        }
    }
}

const CANCELLED: &str = "JOB_CANCELLED";

impl Office {
    /// Asks for work on a file; the same work still open is answered instead.
    ///
    /// # Errors
    /// Only those of the register.
    pub(crate) fn ask_job(
        &self,
        actor: &Actor,
        kind: JobKind,
        sheet: Id<kind::Sheet>,
    ) -> Result<Job, AppError> {
        self.ask_job_on(actor, kind, sheet.as_bytes())
    }

    fn ask_job_on(
        &self,
        actor: &Actor,
        kind: JobKind,
        subject: &[u8; 16],
    ) -> Result<Job, AppError> {
        let asked = JobAsked {
            id: self.environment.new_id(),
            kind: kind.name(),
            subject,
            owner: actor.id,
            at_ms: self.now_ms(),
        };
        Ok(self.store.write(|tx| store::jobs::ask(tx, &asked))?)
    }

    /// Whether a job looked at this file a moment ago, in whatever process.
    pub(crate) fn has_just_been_examined(&self, sheet: Id<kind::Sheet>) -> Result<bool, AppError> {
        const MOMENT_MS: i64 = 60_000; // not law: a minute
        let now_ms = self.now_ms();
        let jobs = self.store.read(|tx| store::jobs::of_subject(tx, sheet.as_bytes()))?;
        Ok(jobs.iter().any(|job| {
            let ended = job.ended_at_ms.filter(|_| job.state == JobState::Done);
            *job.kind == *JobKind::Check.name() && ended.is_some_and(|at| now_ms - at < MOMENT_MS)
        }))
    }

    /// A job, for somebody who may see it.
    ///
    /// # Errors
    /// `JOB_UNKNOWN`, also for a job that is not this person's to see.
    pub fn job(&self, actor: &Actor, id: Id<Job>) -> Result<Job, AppError> {
        let unknown = || AppError::not_found("JOB_UNKNOWN", id.to_string());
        let job = self.store.read(|tx| store::jobs::get(tx, id))?.ok_or_else(unknown)?;
        let target = Target { owner: Some(job.owner), ..Target::default() };
        self.authorize(actor, Operation::Jobs, &target).map_err(|_| unknown())?;
        Ok(job)
    }

    /// Now, in milliseconds since 1970-01-01 UTC, as jobs count it.
    pub fn moment(&self) -> i64 {
        self.now_ms()
    }

    /// This person's jobs that are not done, the oldest first; not the search for duplicates, which
    /// begins by itself.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn open_jobs(&self, actor: &Actor) -> Result<Vec<Job>, AppError> {
        let mut open = self.store.read(|tx| {
            let mut open = store::jobs::of_state(tx, JobState::Queued)?;
            open.extend(store::jobs::of_state(tx, JobState::Running)?);
            Ok::<_, AppError>(open)
        })?;
        let is_search = |job: &Job| *job.kind == *JobKind::Search.name();
        open.retain(|job| job.owner == actor.id && !is_search(job));
        Ok(open)
    }

    /// Wants a job stopped; it stops unless its act is committed first.
    ///
    /// # Errors
    /// `JOB_UNKNOWN`.
    pub fn cancel_job(&self, actor: &Actor, id: Id<Job>) -> Result<(), AppError> {
        let job = self.job(actor, id)?;
        self.stop_job(&job)
    }

    /// Has a job stopped, whoever asked for it.
    pub(crate) fn stop_job(&self, job: &Job) -> Result<(), AppError> {
        let now_ms = self.now_ms();
        self.store.write(|tx| {
            store::jobs::cancel(tx, job.id)?;
            if job.state == JobState::Queued {
                store::jobs::end(tx, job.id, JobState::Cancelled, (CANCELLED, ""), now_ms)?;
            }
            Ok(())
        })
    }

    /// Asks again for work that failed or was stopped.
    ///
    /// # Errors
    /// `JOB_UNKNOWN`.
    pub fn retry_job(&self, actor: &Actor, id: Id<Job>) -> Result<Job, AppError> {
        let job = self.job(actor, id)?;
        match JobKind::from_name(&job.kind) {
            Some(kind) if !job.state.is_open() => self.ask_job_on(actor, kind, &job.subject),
            _ => Ok(job),
        }
    }

    /// Does the next piece of work; false when there is none.
    ///
    /// # Errors
    /// Those of the register: the job stays claimed until its worker is taken for dead.
    pub fn work_once(&self, crew: &Crew) -> Result<bool, AppError> {
        self.work_at(crew, |_| true)
    }

    /// Does this piece of work; false when it does not wait.
    pub(crate) fn work_on(&self, crew: &Crew, id: Id<Job>) -> Result<bool, AppError> {
        self.work_at(crew, |other| other == id)
    }

    fn work_at(&self, crew: &Crew, wanted: impl Fn(Id<Job>) -> bool) -> Result<bool, AppError> {
        let now_ms = self.now_ms();
        let claim =
            Claim { worker: &crew.worker, now_ms, dead_before_ms: crew.dead_before(now_ms) };
        // Nobody of this crew looks for work between a claim and its being known as busy.
        let mut busy = crew.busy();
        let not_ours = |id| busy.contains(&id) || !wanted(id);
        let claimed = self.store.write(|tx| store::jobs::claim(tx, &claim, not_ours))?;
        let Some(job) = claimed else { return Ok(false) };
        busy.insert(job.id);
        drop(busy);
        let ended = self.run(&job);
        let told = self.store.write(|tx| {
            let (state, code, detail) = &ended;
            store::jobs::end(tx, job.id, *state, (code, detail), self.now_ms())
        });
        crew.busy().remove(&job.id);
        told?;
        Ok(true)
    }

    /// Runs a claimed job to its end, whatever that is.
    fn run(&self, job: &Job) -> (JobState, String, String) {
        if job.cancel {
            return (JobState::Cancelled, CANCELLED.to_owned(), String::new());
        }
        if job.tries > TRIES_MAX {
            return (JobState::Failed, "JOB_GIVEN_UP".to_owned(), String::new());
        }
        let done = catch_unwind(AssertUnwindSafe(|| self.act(job)));
        match done {
            Ok(Ok(detail)) => (JobState::Done, String::new(), detail),
            Ok(Err(error)) if error.code == CANCELLED => {
                (JobState::Cancelled, error.code, String::new())
            }
            Ok(Err(error)) => (JobState::Failed, error.code, error.detail),
            // A bug of ours; the panic itself is told where the process tells such things.
            Err(_) => (JobState::Failed, "UNEXPECTED".to_owned(), String::new()),
        }
    }

    /// Does it; what a page tells of it afterwards, where nothing else does.
    fn act(&self, job: &Job) -> Result<String, AppError> {
        let kind = JobKind::from_name(&job.kind)
            .ok_or_else(|| AppError::new(ErrorKind::Unexpected, "UNEXPECTED", &*job.kind))?;
        let actor = self.store.read(|tx| {
            let owner = store::orgs::user(tx, job.owner)?;
            let owner = owner.ok_or_else(|| AppError::not_found("USER_UNKNOWN", ""))?;
            self.actor_of(tx, &owner)
        })?;
        let sheet = Id::from_bytes(job.subject);
        let mut tell = Tell::of(self, job.id);
        let tell = &mut tell;
        match kind {
            JobKind::Check => {
                let staged = self.staged(&actor, sheet)?;
                self.examine_now(&staged, tell)?;
            }
            JobKind::Decide => {
                self.decide_staged(&actor, sheet, tell, Unseen::PutForward)?;
            }
            JobKind::Finish => {
                self.decide_seen(&actor, sheet, tell)?;
            }
            JobKind::Search => {
                let searched = self.search(&actor, Office::is_of_all(job), tell)?;
                return Ok(searched.print());
            }
        }
        Ok(String::new())
    }
}

/// The workers of one process, and what they are busy with.
pub struct Crew {
    worker: [u8; 16],
    /// Whether nobody else works on this register, so that a job that runs elsewhere is a dead one.
    alone: bool,
    busy: Mutex<HashSet<Id<Job>>>,
}

impl Crew {
    /// The workers of this process.
    pub fn new(office: &Office) -> Crew {
        let worker = *office.environment.new_id::<Crew>().as_bytes();
        let alone = office.store.has_one_writer();
        Crew { worker, alone, busy: Mutex::new(HashSet::new()) }
    }

    /// Before when a beat means that its worker is dead.
    fn dead_before(&self, now_ms: i64) -> i64 {
        if self.alone { i64::MAX } else { now_ms - LEASE_MS }
    }

    fn busy(&self) -> MutexGuard<'_, HashSet<Id<Job>>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Workers that run until they are told to stop.
pub struct Workers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts the workers of this process.
    pub fn start(office: &Arc<Office>) -> Workers {
        let stop = Arc::new(AtomicBool::new(false));
        let crew = Arc::new(Crew::new(office));
        let mut threads = Vec::new();
        for _ in 0..WORKERS {
            let (office, stop, crew) = (Arc::clone(office), Arc::clone(&stop), Arc::clone(&crew));
            threads.push(thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    // What the register refuses now, it may grant at the next look.
                    if !office.work_once(&crew).unwrap_or(false) {
                        thread::sleep(LOOK_EVERY);
                    }
                }
            }));
        }
        let messages = (Arc::clone(office), Arc::clone(&stop));
        let (office, told) = (Arc::clone(office), Arc::clone(&stop));
        threads.push(thread::spawn(move || {
            let mut last_ms = 0;
            while !told.load(Ordering::Relaxed) {
                thread::sleep(LOOK_EVERY);
                last_ms += LOOK_EVERY.as_millis() as u64;
                if last_ms >= BEAT_MS && !crew.busy().is_empty() {
                    last_ms = 0;
                    let now_ms = office.now_ms();
                    // A beat that is lost is made up for by the next.
                    let _ = office.store.write(|tx| store::jobs::beat(tx, &crew.worker, now_ms));
                }
            }
        }));
        threads.push(messenger(Arc::clone(&messages.0), Arc::clone(&messages.1)));
        Workers { stop, threads }
    }

    /// Lets the jobs at hand end and stops.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            // A worker that panicked has nothing left to say.
            let _ = thread.join();
        }
    }
}

/// Tells the register's other servers what waits for them, and claims and confirms months for which
/// bills still wait: on a thread of its own, because a server that does not answer is waited for.
fn messenger(office: Arc<Office>, stop: Arc<AtomicBool>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut told_at = Instant::now();
        while !stop.load(Ordering::Relaxed) {
            thread::sleep(LOOK_EVERY);
            if told_at.elapsed() >= TELL_SERVERS_EVERY {
                let more = office.tell_other_servers();
                if !more {
                    office.settle_months();
                    told_at = Instant::now();
                }
            }
        }
    })
}

#[cfg(test)]
mod tests;
