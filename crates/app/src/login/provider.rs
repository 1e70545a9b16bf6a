//! The identity provider of an office: what was agreed about it, by two, and the way in through it.
//!
//! Payung speaks to the provider's own address and to no other; `web` carries the question there.
//! The secret is a file of its owner's alone, never a setting. See docs/decisions/0012.

mod directory;
mod entry;
mod terms;
mod token;

use std::path::{Path, PathBuf};

use base::Id;
use domain::access::Operation;
use domain::task::{Task, TaskKind, TaskState};
use sha2::{Digest, Sha256};
use store::Tx;
use zeroize::Zeroizing;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Target};
use crate::tasks::{Forward, check_bound, waiting};

pub use directory::{Answered, Ask, Directory, Fetch};
pub use entry::{Answer, Begun};
pub use terms::{GroupRole, Terms};

/// The setting that names the approved task in force.
const IN_FORCE: &str = "provider";
/// The file beside the key file.
const SECRET_FILE: &str = "provider-secret";
/// There is one provider, so its tasks are about one thing.
const OBJECT: [u8; 16] = *b"identityprovider";

/// The provider in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The task by which two agreed on it.
    pub task: Task,
    /// What they agreed.
    pub terms: Terms,
}

impl Office {
    /// The identity provider in force, if the office has one.
    ///
    /// # Errors
    /// `STORE_DAMAGED` when what is kept is not what was approved.
    pub fn provider(&self) -> Result<Option<Provider>, AppError> {
        self.store.read(in_force)
    }

    /// Puts an identity provider forward, with the roles that its groups stand for: a file in the
    /// form of `docs/guide/masuk.md`. Whoever comes in through it decides nothing about it.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `PROVIDER_UNREADABLE` with the line that is wrong, `PROVIDER_OWN`,
    /// `PROVIDER_PENDING` while another waits.
    pub fn propose_provider(&self, actor: &Actor, text: &str) -> Result<Task, AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        self.propose_provider_terms(actor, Terms::read(text, self.store.tenant())?)
    }

    /// The same from answers to questions.
    ///
    /// # Errors
    /// Those of [`Office::propose_provider`].
    pub fn propose_provider_terms(&self, actor: &Actor, terms: Terms) -> Result<Task, AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        let content = terms.checked(self.store.tenant())?.write();
        self.store.write(|tx| {
            refuse_own(tx, actor)?;
            if let Some(task) = waiting(tx, self.now_ms(), TaskKind::Provider, &OBJECT)? {
                let id = task.id.to_string();
                return Err(AppError::new(ErrorKind::Conflict, "PROVIDER_PENDING", id));
            }
            let forward = Forward {
                id: self.environment.new_id(),
                kind: TaskKind::Provider,
                object: OBJECT,
                hash: Sha256::digest(content.as_bytes()).into(),
                effect: base::Rupiah::ZERO,
                content: &content,
            };
            let task = self.put_forward(tx, actor, &forward)?;
            self.record(tx, actor, "provider-proposed", "task", task.id.as_bytes())?;
            Ok(task)
        })
    }

    /// Takes the provider out of use at once, with every role that came from it.
    ///
    /// # Errors
    /// `USER_MAY_NOT`; `PROVIDER_UNKNOWN` when there is none.
    pub fn end_provider(&self, actor: &Actor) -> Result<(), AppError> {
        self.authorize(actor, Operation::ManageUsers, &Target::default())?;
        self.store.write(|tx| {
            let known = in_force(tx)?.ok_or_else(|| AppError::not_found("PROVIDER_UNKNOWN", ""))?;
            store::settings::set(tx, IN_FORCE, "")?;
            self.end_provided(tx, actor, None)?;
            self.record(tx, actor, "provider-ended", "task", known.task.id.as_bytes())
        })
    }

    /// Puts an approved provider into force; what came from the one before ends.
    pub(crate) fn provider_approved(
        &self,
        tx: &mut Tx<'_>,
        checker: &Actor,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        approved_terms(task, content)?;
        store::settings::set(tx, IN_FORCE, &task.id.to_string())?;
        self.end_provided(tx, checker, Some(task.id))?;
        self.record(tx, checker, "provider-approved", "task", task.id.as_bytes())
    }

    /// Ends every role that came from a provider, but those of one task.
    fn end_provided(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        but: Option<Id<Task>>,
    ) -> Result<(), AppError> {
        let (now, all) = (self.now_ms(), store::access::grants(tx)?);
        let provided =
            all.iter().filter(|held| held.provided_by.is_some() && held.provided_by != but);
        for held in provided {
            store::access::end_grant(tx, held.id, actor.id, now)?;
        }
        Ok(())
    }

    /// Whether there is something that proves to the provider that it is this office which asks.
    pub fn has_provider_secret(&self) -> bool {
        self.provider_secret().is_ok()
    }

    /// What proves to the provider that it is this office which asks. Strangers see what is said of
    /// it, so where it lies and what is wrong with it is left to `doctor`.
    fn provider_secret(&self) -> Result<Zeroizing<String>, AppError> {
        let unusable = || AppError::new(ErrorKind::External, "PROVIDER_SECRET_UNUSABLE", "");
        let folder = self.secrets.as_deref().ok_or_else(unusable)?;
        let text = crate::keys::read_private(&folder.join(SECRET_FILE));
        let text = text.ok().flatten().ok_or_else(unusable)?;
        match text.trim() {
            "" => Err(unusable()),
            secret => Ok(Zeroizing::new(secret.to_owned())),
        }
    }
}

/// Refuses whoever comes in through the provider: nobody decides about their own roles.
pub(crate) fn refuse_own(tx: &mut Tx<'_>, actor: &Actor) -> Result<(), AppError> {
    match store::factors::is_external(tx, actor.id)? {
        true => Err(AppError::new(ErrorKind::NeedsAnother, "PROVIDER_OWN", "")),
        false => Ok(()),
    }
}

/// The file with the provider's secret, beside the key file: its rights are looked at by `doctor`.
pub fn secret_file(keys: &Path) -> PathBuf {
    keys.with_file_name(SECRET_FILE)
}

fn in_force(tx: &mut Tx<'_>) -> Result<Option<Provider>, AppError> {
    let kept = store::settings::get(tx, IN_FORCE)?.filter(|kept| !kept.is_empty());
    let Some(kept) = kept else { return Ok(None) };
    let id = Id::parse(&kept).map_err(|_| damaged())?;
    let record = store::access::task(tx, id)?.ok_or_else(damaged)?;
    if record.task.state != TaskState::Approved || record.task.kind != TaskKind::Provider {
        return Err(damaged());
    }
    let terms = approved_terms(&record.task, &record.content)?;
    Ok(Some(Provider { task: record.task, terms }))
}

/// The terms as they were approved: the hash of the task binds them.
fn approved_terms(task: &Task, content: &str) -> Result<Terms, AppError> {
    check_bound(task, content)?;
    Terms::parse(content).ok_or_else(damaged)
}

fn damaged() -> AppError {
    AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "provider")
}
