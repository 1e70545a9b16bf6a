//! Roles held, where and until when; tasks that wait for other eyes, and what those said.

use base::Id;
use base::id::kind;
use domain::access::{Grant, Role};
use domain::task::{Task, TaskKind, TaskState, Verdict};

use crate::reasons::{self, Part};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static GRANT_INSERT: Sql = sql!("role_grant_insert");
static PROVIDED_INSERT: Sql = sql!("provided_grant_insert");
static GRANTS_OF: Sql = sql!("role_grant_of_holder");
static GRANT_LIST: Sql = sql!("role_grant_list");
static GRANTS_ENDED: Sql = sql!("role_grant_ended");
static GRANT_END: Sql = sql!("role_grant_end");
static TASK_INSERT: Sql = sql!("task_insert");
static TASK_GET: Sql = sql!("task_get");
static TASK_LIST: Sql = sql!("task_list");
static TASK_OF_OBJECT: Sql = sql!("task_of_object");
static TASK_SET_STATE: Sql = sql!("task_set_state");
static VERDICT_INSERT: Sql = sql!("task_verdict_insert");
static VERDICT_LIST: Sql = sql!("task_verdict_list");

/// A role held, with who gave it and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRecord {
    /// Which.
    pub id: Id<Grant>,
    /// Who holds it.
    pub holder: Id<kind::User>,
    /// What is held.
    pub grant: Grant,
    /// Who gave it.
    pub granted_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub granted_at_ms: i64,
    /// When access behind the glass ends.
    pub glass_until_ms: Option<i64>,
    /// Why, when it had to be said: it goes in here and comes out only by [`read_reasons`].
    pub reason: Option<Box<str>>,
    /// The approved task by which it follows from a group of the identity provider.
    pub provided_by: Option<Id<Task>>,
}

/// A task with what its approvers are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRecord {
    /// The task.
    pub task: Task,
    /// What is put forward, in the words of its kind.
    pub content: Box<str>,
}

/// What a checker said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictRecord {
    /// Who.
    pub checker: Id<kind::User>,
    /// What.
    pub verdict: Verdict,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub given_at_ms: i64,
}

/// Gives somebody a role.
pub fn insert_grant(tx: &mut Tx<'_>, record: &GrantRecord) -> Result<(), StoreError> {
    let grant = &record.grant;
    tx.run(
        &GRANT_INSERT,
        &values![
            tx.tenant(),
            &record.id,
            &record.holder,
            grant.role.name(),
            grant.territory,
            grant.org.as_ref(),
            grant.from,
            grant.until,
            &record.granted_by,
            record.granted_at_ms,
            grant.lent_by.as_ref(),
            record.glass_until_ms,
            // That something was said; the words are sealed.
            record.reason.as_ref().map(|_| ""),
        ],
    )?;
    if let Some(reason) = &record.reason {
        reasons::keep(tx, record.id.as_bytes(), Part::Grant, reason)?;
    }
    match &record.provided_by {
        Some(task) => tx.run(&PROVIDED_INSERT, &values![tx.tenant(), &record.id, task]).map(|_| ()),
        None => Ok(()),
    }
}

pub(crate) fn foresee_grants_of(tx: &mut Tx<'_>, holder: Id<kind::User>) {
    let tenant = tx.tenant();
    tx.foresee(&GRANTS_OF, &values![tenant, &holder]);
}

/// What somebody holds and has not given back, oldest first.
pub fn grants_of(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<Vec<GrantRecord>, StoreError> {
    tx.all(&GRANTS_OF, &values![tx.tenant(), &holder], read_grant)
}

/// What everybody holds, oldest first.
pub fn grants(tx: &mut Tx<'_>) -> Result<Vec<GrantRecord>, StoreError> {
    tx.all(&GRANT_LIST, &values![tx.tenant()], read_grant)
}

/// What somebody held and had taken away or gave back since a moment, oldest first.
pub fn ended_grants_of(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    since_ms: i64,
) -> Result<Vec<GrantRecord>, StoreError> {
    tx.all(&GRANTS_ENDED, &values![tx.tenant(), &holder, since_ms], read_grant)
}

/// Fills in why roles are held, where that had to be said.
pub fn read_reasons(tx: &mut Tx<'_>, records: &mut [GrantRecord]) -> Result<(), StoreError> {
    for record in records.iter_mut().filter(|record| record.glass_until_ms.is_some()) {
        let kept = reasons::get(tx, record.id.as_bytes(), Part::Grant)?;
        record.reason = kept.map(Box::from).or_else(|| record.reason.take());
    }
    Ok(())
}

/// Ends a grant; whether it was held until now.
pub fn end_grant(
    tx: &mut Tx<'_>,
    id: Id<Grant>,
    ended_by: Id<kind::User>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(tx.run(&GRANT_END, &values![at_ms, &ended_by, tx.tenant(), &id])? > 0)
}

/// Puts a task forward.
pub fn insert_task(tx: &mut Tx<'_>, record: &TaskRecord) -> Result<(), StoreError> {
    let task = &record.task;
    let is_sealed = says_why(task.kind);
    tx.run(
        &TASK_INSERT,
        &values![
            tx.tenant(),
            &task.id,
            task.kind.name(),
            &task.object,
            &task.hash,
            if is_sealed { "" } else { &*record.content },
            task.effect,
            task.approvers,
            &task.maker,
            task.made_at_ms,
            task.expires_at_ms,
            task.state.name(),
        ],
    )?;
    match is_sealed {
        true => reasons::keep(tx, task.id.as_bytes(), Part::Content, &record.content),
        false => Ok(()),
    }
}

/// Whether what is put forward says why, in somebody's words.
fn says_why(kind: TaskKind) -> bool {
    use TaskKind::{Allocation, Chart, Closing, Erasure, Export, Reopening, Revision, Voucher};
    matches!(kind, Revision | Allocation | Voucher | Chart | Closing | Reopening | Erasure | Export)
}

/// The task with this id.
pub fn task(tx: &mut Tx<'_>, id: Id<Task>) -> Result<Option<TaskRecord>, StoreError> {
    let mut found = tx.one(&TASK_GET, &values![tx.tenant(), &id], read_task)?;
    opened(tx, found.as_mut_slice())?;
    Ok(found)
}

/// Tasks in a state, oldest first.
pub fn tasks(tx: &mut Tx<'_>, state: TaskState) -> Result<Vec<TaskRecord>, StoreError> {
    let mut found = tx.all(&TASK_LIST, &values![tx.tenant(), state.name()], read_task)?;
    opened(tx, &mut found)?;
    Ok(found)
}

/// Tasks about one record, oldest first.
pub fn tasks_of(
    tx: &mut Tx<'_>,
    kind: TaskKind,
    object: &[u8; 16],
) -> Result<Vec<TaskRecord>, StoreError> {
    let values = values![tx.tenant(), kind.name(), object];
    let mut found = tx.all(&TASK_OF_OBJECT, &values, read_task)?;
    opened(tx, &mut found)?;
    Ok(found)
}

/// Opens what is sealed of tasks.
fn opened(tx: &mut Tx<'_>, found: &mut [TaskRecord]) -> Result<(), StoreError> {
    let sealed = |one: &&mut TaskRecord| says_why(one.task.kind) && one.content.is_empty();
    for one in found.iter_mut().filter(sealed) {
        let content = reasons::get(tx, one.task.id.as_bytes(), Part::Content)?;
        one.content = content.unwrap_or_default().into();
    }
    Ok(())
}

/// Says where a task stands.
pub fn set_task_state(tx: &mut Tx<'_>, id: Id<Task>, state: TaskState) -> Result<(), StoreError> {
    match tx.run(&TASK_SET_STATE, &values![state.name(), tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "task" }),
        _ => Ok(()),
    }
}

/// Keeps what a checker said; the maker as checker is `task_verdict_four_eyes`.
pub fn insert_verdict(
    tx: &mut Tx<'_>,
    task: &Task,
    record: &VerdictRecord,
) -> Result<(), StoreError> {
    let (name, hash, reason) = match &record.verdict {
        Verdict::Approve(hash) => ("approve", Some(hash), None),
        Verdict::Return(reason) => ("return", None, Some(reason)),
    };
    tx.run(
        &VERDICT_INSERT,
        &values![
            tx.tenant(),
            &task.id,
            &record.checker,
            &task.maker,
            name,
            hash,
            // That something was said; the words are sealed.
            reason.map(|_| ""),
            record.given_at_ms,
        ],
    )?;
    match reason {
        Some(words) => reasons::keep(tx, task.id.as_bytes(), Part::Verdict(record.checker), words),
        None => Ok(()),
    }
}

/// What was said about a task, oldest first.
pub fn verdicts(tx: &mut Tx<'_>, task: Id<Task>) -> Result<Vec<VerdictRecord>, StoreError> {
    let mut found = tx.all(&VERDICT_LIST, &values![tx.tenant(), &task], |columns| {
        let checker = columns.take()?;
        let name: String = columns.take()?;
        let (hash, reason): (Option<[u8; 32]>, Option<Box<str>>) =
            (columns.take()?, columns.take()?);
        let verdict = match (name.as_str(), hash, reason) {
            ("approve", Some(hash), _) => Verdict::Approve(hash),
            ("return", _, Some(reason)) => Verdict::Return(reason),
            _ => return Err(corrupt("a verdict")),
        };
        Ok(VerdictRecord { checker, verdict, given_at_ms: columns.take()? })
    })?;
    for VerdictRecord { checker, verdict, .. } in &mut found {
        if let Verdict::Return(reason) = verdict
            && reason.is_empty()
        {
            let words = reasons::get(tx, task.as_bytes(), Part::Verdict(*checker))?;
            *reason = words.unwrap_or_default().into();
        }
    }
    Ok(found)
}

fn read_grant(columns: &mut Columns<'_>) -> Result<GrantRecord, StoreError> {
    let (id, holder) = (columns.take()?, columns.take()?);
    let role = columns.take_with("a role", Role::from_name)?;
    let (territory, org) = (columns.take()?, columns.take()?);
    let (from, until) = (columns.take()?, columns.take()?);
    let (granted_by, granted_at_ms, lent_by) = (columns.take()?, columns.take()?, columns.take()?);
    let glass_until_ms: Option<i64> = columns.take()?;
    let glass = glass_until_ms.is_some();
    Ok(GrantRecord {
        id,
        holder,
        grant: Grant { role, territory, org, from, until, lent_by, glass, only: None },
        granted_by,
        granted_at_ms,
        glass_until_ms,
        reason: columns.take::<Option<Box<str>>>()?.filter(|reason| !reason.is_empty()),
        provided_by: columns.take()?,
    })
}

fn read_task(columns: &mut Columns<'_>) -> Result<TaskRecord, StoreError> {
    let task = Task {
        id: columns.take()?,
        kind: columns.take_with("a task's kind", TaskKind::from_name)?,
        object: columns.take()?,
        hash: columns.take()?,
        effect: columns.take()?,
        approvers: columns.take()?,
        maker: columns.take()?,
        made_at_ms: columns.take()?,
        expires_at_ms: columns.take()?,
        state: columns.take_with("a task's state", TaskState::from_name)?,
    };
    Ok(TaskRecord { task, content: columns.take()? })
}
