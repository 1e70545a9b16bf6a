//! Work that outlives a page: asked for, claimed by a worker, done, and found again after a crash.
//!
//! A job that runs beats; one whose beat is old belongs to a worker that died, and is claimed
//! again. What a job does must therefore bear being done twice.

use base::Id;
use base::id::kind;

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("job_insert");
static GET: Sql = sql!("job_get");
static OF_SUBJECT: Sql = sql!("job_of_subject");
static NEWEST: Sql = sql!("job_newest");
static OF_STATE: Sql = sql!("job_of_state");
static FAILED_SINCE: Sql = sql!("job_failed_since");
static CLAIMABLE: Sql = sql!("job_claimable");
static CLAIM: Sql = sql!("job_claim");
static BEAT: Sql = sql!("job_beat");
static PROGRESS: Sql = sql!("job_progress");
static END: Sql = sql!("job_end");
static CANCEL: Sql = sql!("job_cancel");

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Which.
    pub id: Id<Job>,
    /// What is to be done, by a name of the caller's.
    pub kind: Box<str>,
    /// On what.
    pub subject: [u8; 16],
    /// Who asked for it; it acts in this name.
    pub owner: Id<kind::User>,
    /// Where it stands.
    pub state: JobState,
    /// What is being done now, by a name of the caller's.
    pub step: Box<str>,
    /// How much of the step is done.
    pub done: u64,
    /// Of how much; 0 when that is not known.
    pub total: u64,
    /// Why it failed.
    pub code: Box<str>,
    /// The word that the sentence of `code` needs.
    pub detail: Box<str>,
    /// When it was asked for, in milliseconds since 1970-01-01 UTC.
    pub asked_at_ms: i64,
    /// When it began.
    pub begun_at_ms: Option<i64>,
    /// When it ended.
    pub ended_at_ms: Option<i64>,
    /// How often it was begun.
    pub tries: u32,
    /// Whether somebody wants it stopped.
    pub cancel: bool,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobState {
    /// Waiting for a worker.
    Queued,
    /// Being done.
    Running,
    /// Done.
    Done,
    /// Given up; nothing was changed.
    Failed,
    /// Stopped before anything was changed.
    Cancelled,
}

impl JobState {
    /// Every state, in order.
    pub const ALL: [JobState; 5] = [
        JobState::Queued,
        JobState::Running,
        JobState::Done,
        JobState::Failed,
        JobState::Cancelled,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<JobState> {
        JobState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether there is still something to wait for.
    pub fn is_open(self) -> bool {
        matches!(self, JobState::Queued | JobState::Running)
    }
}

/// A job to be asked for.
#[derive(Debug, Clone, Copy)]
pub struct JobAsked<'a> {
    /// Which it will be.
    pub id: Id<Job>,
    /// What is to be done.
    pub kind: &'a str,
    /// On what.
    pub subject: &'a [u8; 16],
    /// Who asks.
    pub owner: Id<kind::User>,
    /// When.
    pub at_ms: i64,
}

/// Who claims work, when, and how old a beat makes a worker dead.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The worker.
    pub worker: &'a [u8; 16],
    /// Now.
    pub now_ms: i64,
    /// A running job whose last beat is older than this is taken over.
    pub dead_before_ms: i64,
}

/// Asks for work; the same work still open on the same subject is answered instead.
pub fn ask(tx: &mut Tx<'_>, asked: &JobAsked<'_>) -> Result<Job, StoreError> {
    let open = of_subject(tx, asked.subject)?;
    let same = |job: &Job| *job.kind == *asked.kind && job.state.is_open() && !job.cancel;
    if let Some(job) = open.into_iter().find(same) {
        return Ok(job);
    }
    insert(tx, asked)?;
    get(tx, asked.id)?.ok_or(StoreError::NotFound { what: "job" })
}

/// Asks for work, whatever else is open on the same subject.
pub fn insert(tx: &mut Tx<'_>, asked: &JobAsked<'_>) -> Result<(), StoreError> {
    let (tenant, owner) = (tx.tenant(), asked.owner);
    let values = values![tenant, &asked.id, asked.kind, asked.subject, &owner, asked.at_ms];
    tx.run(&INSERT, &values).map(|_| ())
}

/// The newest job on a subject: of those that were done, or of the others.
pub fn newest(
    tx: &mut Tx<'_>,
    subject: &[u8; 16],
    is_done: bool,
) -> Result<Option<Job>, StoreError> {
    tx.one(&NEWEST, &values![tx.tenant(), subject, is_done], read)
}

/// The job with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<Job>) -> Result<Option<Job>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// Every job on a subject, the newest first.
pub fn of_subject(tx: &mut Tx<'_>, subject: &[u8; 16]) -> Result<Vec<Job>, StoreError> {
    tx.all(&OF_SUBJECT, &values![tx.tenant(), subject], read)
}

/// Every job in a state, the oldest first.
pub fn of_state(tx: &mut Tx<'_>, state: JobState) -> Result<Vec<Job>, StoreError> {
    tx.all(&OF_STATE, &values![tx.tenant(), state.name()], read)
}

/// The jobs that failed at a moment or after it, the oldest first.
///
/// # Units
/// Milliseconds since 1970-01-01 UTC.
pub fn failed_since(tx: &mut Tx<'_>, since_ms: i64) -> Result<Vec<Job>, StoreError> {
    tx.all(&FAILED_SINCE, &values![tx.tenant(), JobState::Failed.name(), since_ms], read)
}

/// Takes the oldest job that waits, or whose worker is dead.
///
/// `mine` says which jobs a worker of the same process is busy with: their beat may be late.
pub fn claim(
    tx: &mut Tx<'_>,
    claim: &Claim<'_>,
    mine: impl Fn(Id<Job>) -> bool,
) -> Result<Option<Job>, StoreError> {
    let waiting = tx.all(&CLAIMABLE, &values![tx.tenant(), claim.dead_before_ms], |columns| {
        columns.take::<Id<Job>>()
    })?;
    let Some(id) = waiting.into_iter().find(|id| !mine(*id)) else { return Ok(None) };
    let tenant = tx.tenant();
    tx.run(&CLAIM, &values![claim.worker, claim.now_ms, claim.now_ms, tenant, &id])?;
    get(tx, id)
}

/// Says that a worker lives.
pub fn beat(tx: &mut Tx<'_>, worker: &[u8; 16], now_ms: i64) -> Result<(), StoreError> {
    tx.run(&BEAT, &values![now_ms, tx.tenant(), worker]).map(|_| ())
}

/// Says how far a running job is.
pub fn progress(
    tx: &mut Tx<'_>,
    id: Id<Job>,
    step: &str,
    (done, total): (u64, u64),
    now_ms: i64,
) -> Result<(), StoreError> {
    let (done, total) = (done.cast_signed(), total.cast_signed());
    tx.run(&PROGRESS, &values![step, done, total, now_ms, tx.tenant(), &id]).map(|_| ())
}

/// Ends an open job; one that has ended stays as it is.
pub fn end(
    tx: &mut Tx<'_>,
    id: Id<Job>,
    state: JobState,
    (code, detail): (&str, &str),
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&END, &values![state.name(), code, detail, now_ms, tx.tenant(), &id]).map(|_| ())
}

/// Asks for a job to be stopped; whoever runs it looks before it changes anything.
pub fn cancel(tx: &mut Tx<'_>, id: Id<Job>) -> Result<(), StoreError> {
    tx.run(&CANCEL, &values![tx.tenant(), &id]).map(|_| ())
}

fn read(columns: &mut Columns<'_>) -> Result<Job, StoreError> {
    Ok(Job {
        id: columns.take()?,
        kind: columns.take()?,
        subject: columns.take()?,
        owner: columns.take()?,
        state: columns.take_with("a job's state", JobState::from_name)?,
        step: columns.take()?,
        done: columns.take()?,
        total: columns.take()?,
        code: columns.take()?,
        detail: columns.take()?,
        asked_at_ms: columns.take()?,
        begun_at_ms: columns.take()?,
        ended_at_ms: columns.take()?,
        tries: columns.take()?,
        cancel: columns.take()?,
    })
}
