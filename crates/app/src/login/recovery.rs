//! Access given back to somebody who lost password or phone: one asks, another confirms, and the
//! one who asked hands over a link that works once.

use base::Id;
use domain::access::Operation;
use domain::task::{Task, TaskKind, TaskState};
use sha2::{Digest, Sha256};
use store::accounts::{self, Purpose};
use store::orgs::User;
use store::{Tx, access};

use super::Token;
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Target};
use crate::tasks::Forward;

/// How long a confirmed request lets a link be made.
const CONFIRMED_MS: i64 = 24 * 3_600_000;

/// Where the way back of somebody stands.
pub enum Recovery {
    /// It waits for somebody else to confirm it.
    Asked(Box<Task>),
    /// It was confirmed: the link to hand over.
    Link(Token),
}

/// Where it stands, for those who only look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryStand {
    /// Nobody has asked for it.
    Nothing,
    /// It waits for somebody else to confirm this task.
    Waits(Id<Task>),
    /// It was confirmed: a link can be made.
    Approved,
}

impl Office {
    /// Where somebody's way back stands; looking puts nothing forward.
    ///
    /// # Errors
    /// `USER_UNKNOWN`, `USER_MAY_NOT`; `SAME_PERSON` for one's own account.
    pub fn recovery(&self, actor: &Actor, name: &str) -> Result<RecoveryStand, AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        self.store.read(|tx| {
            let user = other_user(tx, actor, name)?;
            Ok(match self.recovery_task(tx, &user)? {
                None => RecoveryStand::Nothing,
                Some(task) if task.state == TaskState::Open => RecoveryStand::Waits(task.id),
                Some(_) => RecoveryStand::Approved,
            })
        })
    }

    /// Puts somebody's way back forward, or makes its link once another has confirmed it.
    ///
    /// # Errors
    /// `USER_UNKNOWN`, `USER_MAY_NOT`; `SAME_PERSON` for one's own account.
    pub fn recover(&self, actor: &Actor, name: &str) -> Result<Recovery, AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        self.store.write(|tx| {
            let user = other_user(tx, actor, name)?;
            match self.recovery_task(tx, &user)? {
                Some(task) if task.state == TaskState::Open => {
                    return Ok(Recovery::Asked(Box::new(task)));
                }
                Some(_) => {
                    self.record(tx, actor, "recovery-link-made", "user", user.id.as_bytes())?;
                    let link = self.new_link(tx, Purpose::Recovery, Some(&user))?;
                    return Ok(Recovery::Link(link));
                }
                None => {}
            }
            let id = self.environment.new_id();
            let seen = Sha256::new().chain_update(b"recovery").chain_update(user.id.as_bytes());
            let hash = seen.chain_update(Id::as_bytes(&id)).finalize().into();
            let task = self.put_forward(
                tx,
                actor,
                &Forward {
                    id,
                    kind: TaskKind::Recovery,
                    object: *user.id.as_bytes(),
                    hash,
                    effect: base::Rupiah::ZERO,
                    content: &format!("user={}\n", user.name),
                },
            )?;
            self.record(tx, actor, "recovery-asked", "user", user.id.as_bytes())?;
            Ok(Recovery::Asked(Box::new(task)))
        })
    }

    /// The request that waits, or the one that was confirmed and still opens.
    fn recovery_task(&self, tx: &mut Tx<'_>, user: &User) -> Result<Option<Task>, AppError> {
        let now = self.now_ms();
        let tasks = access::tasks_of(tx, TaskKind::Recovery, user.id.as_bytes())?;
        for task in tasks.into_iter().rev().map(|record| record.task) {
            let opens = task.state == TaskState::Approved && self.still_opens(tx, &task, user)?;
            if task.waits_at(now) || opens {
                return Ok(Some(task));
            }
        }
        Ok(None)
    }

    /// A confirmation opens once: not after a day, and not after a password was set by it.
    fn still_opens(&self, tx: &mut Tx<'_>, task: &Task, user: &User) -> Result<bool, AppError> {
        let given = access::verdicts(tx, task.id)?;
        let confirmed = given.iter().map(|given| given.given_at_ms).max().unwrap_or(0);
        let changed = accounts::password_changed_at_ms(tx, user.id)?.unwrap_or(0);
        Ok(changed < confirmed && self.now_ms() < confirmed + CONFIRMED_MS)
    }
}

/// The account of this name, which is not the actor's own.
fn other_user(tx: &mut Tx<'_>, actor: &Actor, name: &str) -> Result<User, AppError> {
    let user = store::orgs::user_by_name(tx, name)?;
    let user = user.ok_or_else(|| AppError::not_found("USER_UNKNOWN", name))?;
    match user.id == actor.id {
        true => Err(AppError::new(ErrorKind::NeedsAnother, "SAME_PERSON", name)),
        false => Ok(user),
    }
}
