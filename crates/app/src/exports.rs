//! Files with the identity of many: whoever takes one out says why, and the log keeps it; from so
//! many people on another person agrees first (docs/decisions/0042).
//!
//! What two people have decided already, such as the annex of an approved list, is written down in
//! the same log and asks for no second pair of eyes.

mod batch;
mod columns;

use base::{Id, Rupiah};
use domain::task::{Task, TaskKind, TaskState};
use sha2::{Digest, Sha256};
use store::Tx;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office};
use crate::people::usable_reason;
use crate::tasks::{Forward, check_bound, waiting};

pub use batch::{BatchAsked, BatchTable};

/// People whose identity one person may take out alone, for a reason.
pub const PEOPLE_ALONE_MAX: u64 = 500; // not law: E2 of the acceptance criteria
/// Files with the identity of many that one person may take out in a day.
pub const FILES_A_DAY: u64 = 20; // not law: what an office needs, and a thief does not find enough
const DAY_MS: i64 = 86_400_000;

/// The act of the audit log by which the identity of many leaves the register; the register counts
/// it by this name.
pub(crate) const EXPORTED: &str = "people-exported";

/// A file that is about to leave.
pub(crate) struct TakingOut<'a> {
    /// What it is, by a stable word.
    pub what: &'static str,
    /// What it is of, in codes: nobody's name.
    pub about: String,
    /// The record it is about: its kind and which.
    pub object: (&'a str, [u8; 16]),
    /// How many people stand in it.
    pub people: u64,
    /// Why it is needed.
    pub reason: &'a str,
}

impl TakingOut<'_> {
    /// What an approver is shown, without the reason.
    fn head(&self) -> String {
        format!("what={}\nabout={}\npeople={}\n", self.what, self.about, self.people)
    }
}

impl Office {
    /// Lets a file with the identity of many leave, and writes it down; a large one is put forward
    /// until somebody else has agreed to it, and then leaves as often as is needed until that
    /// agreement ends.
    ///
    /// # Errors
    /// `REASON_MISSING`, `EXPORTS_TOO_MANY`, `EXPORT_WAITS` with the number of the task.
    pub(crate) fn take_out(&self, actor: &Actor, out: &TakingOut<'_>) -> Result<(), AppError> {
        let reason = usable_reason(out.reason)?;
        let waits = self.store.write(|tx| {
            self.count_export(tx, actor)?;
            if out.people > PEOPLE_ALONE_MAX
                && let Some(task) = self.to_be_agreed(tx, actor, out, &reason)?
            {
                return Ok(Some(task));
            }
            let (kind, object) = out.object;
            self.record_reason(tx, actor, EXPORTED, (kind, &object), &reason)?;
            Ok::<_, AppError>(None)
        })?;
        match waits {
            Some(task) => {
                let id = task.id.to_string();
                Err(AppError::new(ErrorKind::NeedsAnother, "EXPORT_WAITS", id))
            }
            None => Ok(()),
        }
    }

    /// Refuses whoever has taken out enough for a day.
    fn count_export(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<(), AppError> {
        let since = self.now_ms() - DAY_MS;
        match store::audit::exports_of(tx, actor.id, since)? < FILES_A_DAY {
            true => Ok(()),
            false => {
                Err(AppError::new(ErrorKind::Busy, "EXPORTS_TOO_MANY", FILES_A_DAY.to_string()))
            }
        }
    }

    /// The task that waits for somebody else, put forward if need be; none when it was agreed to.
    fn to_be_agreed(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        out: &TakingOut<'_>,
        reason: &str,
    ) -> Result<Option<Task>, AppError> {
        let (kind, object) = out.object;
        let (head, now) = (out.head(), self.now_ms());
        let content = format!("{head}reason={reason}\n");
        for record in store::access::tasks_of(tx, TaskKind::Export, &object)?.into_iter().rev() {
            let task = &record.task;
            let is_this = task.maker == actor.id
                && now < task.expires_at_ms
                && record.content.starts_with(&head)
                && check_bound(task, &record.content).is_ok();
            match task.state {
                TaskState::Approved if is_this => return Ok(None),
                TaskState::Open if is_this => return Ok(Some(record.task)),
                _ => {}
            }
        }
        if let Some(task) = waiting(tx, now, TaskKind::Export, &object)?
            && task.maker == actor.id
        {
            // What it was put forward for is not what would leave now.
            store::access::set_task_state(tx, task.id, TaskState::Withdrawn)?;
        }
        let forward = Forward {
            id: self.environment.new_id(),
            kind: TaskKind::Export,
            object,
            hash: Sha256::digest(content.as_bytes()).into(),
            effect: Rupiah::ZERO,
            content: &content,
        };
        let task = self.put_forward(tx, actor, &forward)?;
        self.record_reason(tx, actor, "export-proposed", (kind, &object), reason)?;
        Ok(Some(task))
    }
}

/// The task that an export waits for.
pub fn waits_for(error: &AppError) -> Option<Id<Task>> {
    (error.code == "EXPORT_WAITS").then(|| Id::parse(&error.detail).ok()).flatten()
}

#[cfg(test)]
mod tests;
