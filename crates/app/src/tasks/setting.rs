//! Settings that say when other eyes are needed: bands of approvers and limits of imports. Whoever
//! could change them alone could take the other eyes away, so they are changed by two.
//!
//! While nobody else in the office could decide, as in the hour after it was set up, a change takes
//! effect at once, like a role (docs/decisions/0010); the log says who made it.

use base::{Id, Rupiah};
use domain::task::{Task, TaskKind};
use sha2::{Digest, Sha256};
use store::Tx;

use super::import::limits;
use super::{
    APPROVAL_BANDS, Forward, IMPORT_LIMITS, ImportLimits, bands_as_written, check_bound, line_of,
    parse_bands, waiting,
};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

/// The settings that two change.
pub const BY_TWO: [&str; 2] = [APPROVAL_BANDS, IMPORT_LIMITS];

/// A change that waits for somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingWaits {
    /// Which setting.
    pub name: &'static str,
    /// The task.
    pub task: Task,
}

/// How often approvals and imports ask for other eyes, and what waits to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EyeSettings {
    /// From which amount how many must approve, as `0:1,1000000000:2`.
    pub bands: String,
    /// From how many rows and which cost others approve a file, as `5000:1000000000`.
    pub limits: String,
    /// What waits.
    pub waiting: Vec<SettingWaits>,
}

impl Office {
    /// Changes a setting that two change: puts it forward, or changes it at once while nobody else
    /// could decide. None when it is so already or was changed at once.
    ///
    /// What is put forward anew takes the place of what waits.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SETTING_UNKNOWN`, `BANDS_UNREADABLE`, `LIMITS_UNREADABLE`.
    pub fn change_eyes(
        &self,
        actor: &Actor,
        name: &str,
        text: &str,
    ) -> Result<Option<Task>, AppError> {
        self.authorize(actor, Operation::Settings, &Target::default())?;
        let name = known(name)?;
        let wanted = as_written(name, text)?;
        let alone = !self.somebody_else_decides_on(actor, TaskKind::Setting, None)?;
        self.store.write(|tx| {
            let before = now(tx, name)?;
            if before == wanted {
                return Ok(None);
            }
            if alone {
                self.write_setting(tx, actor, name, &wanted)?;
                return Ok(None);
            }
            let content = format!("setting={name}\nbefore={before}\nafter={wanted}\n");
            if let Some(task) = waiting(tx, self.now_ms(), TaskKind::Setting, &object(name))? {
                if task.maker == actor.id && check_bound(&task, &content).is_ok() {
                    return Ok(Some(task));
                }
                let withdrawn = domain::task::TaskState::Withdrawn;
                store::access::set_task_state(tx, task.id, withdrawn)?;
            }
            let forward = Forward {
                id: self.environment.new_id(),
                kind: TaskKind::Setting,
                object: object(name),
                hash: Sha256::digest(content.as_bytes()).into(),
                effect: Rupiah::ZERO,
                content: &content,
            };
            let task = self.put_forward(tx, actor, &forward)?;
            self.record(tx, actor, "setting-proposed", "task", task.id.as_bytes())?;
            Ok(Some(task))
        })
    }

    /// What is set, and what waits to be changed.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn eye_settings(&self, actor: &Actor) -> Result<EyeSettings, AppError> {
        self.authorize(actor, Operation::Settings, &Target::default())?;
        self.store.read(|tx| {
            let mut found = Vec::new();
            for name in BY_TWO {
                let task = waiting(tx, self.now_ms(), TaskKind::Setting, &object(name))?;
                found.extend(task.map(|task| SettingWaits { name, task }));
            }
            Ok(EyeSettings {
                bands: now(tx, APPROVAL_BANDS)?,
                limits: now(tx, IMPORT_LIMITS)?,
                waiting: found,
            })
        })
    }

    /// Changes a setting as it was approved, if it still is what the approver was shown.
    pub(super) fn setting_approved(
        &self,
        tx: &mut Tx<'_>,
        checker: &Actor,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        check_bound(task, content)?;
        let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "task");
        let value = |name| line_of(content, name).ok_or_else(damaged);
        let name = known(value("setting")?)?;
        if now(tx, name)? != value("before")? {
            return Err(AppError::new(ErrorKind::Conflict, "CHANGED_SINCE", ""));
        }
        let wanted = as_written(name, value("after")?)?;
        self.write_setting(tx, checker, name, &wanted)
    }

    fn write_setting(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        name: &'static str,
        text: &str,
    ) -> Result<(), AppError> {
        store::settings::set(tx, name, text)?;
        self.record(tx, actor, &format!("{name}-set"), "settings", &[0; 16])
    }
}

fn known(name: &str) -> Result<&'static str, AppError> {
    let found = BY_TWO.into_iter().find(|known| *known == name);
    found.ok_or_else(|| AppError::usage("SETTING_UNKNOWN", name))
}

/// A value in the one way in which it is kept.
fn as_written(name: &str, text: &str) -> Result<String, AppError> {
    if name == IMPORT_LIMITS {
        let wanted = ImportLimits::parse(text);
        return Ok(wanted.ok_or_else(|| AppError::usage("LIMITS_UNREADABLE", text))?.print());
    }
    let bands = parse_bands(text).filter(|bands| !bands.is_empty());
    bands.map(bands_as_written).ok_or_else(|| AppError::usage("BANDS_UNREADABLE", text))
}

fn now(tx: &mut Tx<'_>, name: &str) -> Result<String, AppError> {
    if name == IMPORT_LIMITS {
        return limits(tx).map(ImportLimits::print);
    }
    let kept = store::settings::get(tx, name)?;
    Ok(kept.filter(|bands| !bands.is_empty()).unwrap_or_else(|| "0:1".to_owned()))
}

/// What a task on a setting is about: the same for the same setting.
fn object(name: &str) -> [u8; 16] {
    let digest: [u8; 32] = Sha256::digest(format!("setting {name}")).into();
    let half = *digest.first_chunk().expect("a half of 32 bytes is 16");
    *Id::<EyeSettings>::derived(half).as_bytes()
}
