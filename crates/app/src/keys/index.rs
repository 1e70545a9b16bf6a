//! The index key followed by a step: written into the key file first, and then every index of the
//! register is brought on (docs/decisions/0047). Cut off anywhere, it is begun again.

use std::fs;
use std::path::{Path, PathBuf};

use base::Day;
use store::keys::{IndexStep, STEPS_MAX};
use store::rotation::{BroughtOn, ChainStanding};
use zeroize::Zeroizing;

use super::{
    KeyFile, Secret, fresh, held, refused, replace, ring, secret, sync_folder, turn, unreadable,
};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};

/// A step as the key file writes it.
#[derive(serde::Deserialize)]
pub(super) struct WrittenStep {
    step: u32,
    made: Option<String>,
    key: String,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexRotated {
    /// Whether a step was added to the key file; else one that lay there was finished.
    pub is_new: bool,
    /// What was brought on.
    pub done: BroughtOn,
}

impl Office {
    /// By how many steps of the chain the register goes, and how many the keys have.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn chain_standing(&self) -> Result<ChainStanding, AppError> {
        Ok(self.store.chain_standing()?)
    }

    /// Adds a step to the chain of the index key, unless the key file has one that nobody was told
    /// of as done, and brings every index of every regency in the place to it: all or nothing.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `KEYS_MISSING`, `KEYS_DIFFER` when the place went on by the step of another
    /// file, `KEYS_STEPS_MANY`, `FILE_UNWRITABLE`, `STORE_BUSY` when others write or change
    /// the file for too long,
    /// `STORE_DAMAGED` when a table was changed behind the program's back.
    pub fn rotate_index_key(
        &self,
        actor: &Actor,
        file: &KeyFile,
    ) -> Result<IndexRotated, AppError> {
        self.authorize(actor, Operation::Operate, &Target::default())?;
        // Until the register goes by the step nobody else touches the file.
        let _turn = turn(&file.path)?;
        let known = self.bring_file(file)?;
        let is_new = self.chain_standing()?.steps == known && !is_begun(file, known);
        if is_new {
            add_step(file, self.environment.today())?;
            self.bring_file(file)?;
        }
        // A step that lay there already may not be on the disk yet.
        sync_folder(&file.path).map_err(|_| AppError::unwritable(&file.path))?;
        let done = self.store.rotate_index(|tx, rows| {
            // What the register is about to need lies where it will be looked for.
            let kept = held(file)?.ok_or_else(|| refused("KEYS_MISSING", &file.path))?;
            tx.expect_keys(&ring(&kept.material)?)?;
            self.record_count(tx, actor, "index-key-rotated", "register", rows)
        })?;
        // The older file says nothing any more that the newer does not say.
        let _ = fs::remove_file(before(&file.path));
        Ok(IndexRotated { is_new, done })
    }

    /// Goes on with the keys of a file as they are now; how many steps it has.
    fn bring_file(&self, file: &KeyFile) -> Result<u32, AppError> {
        let kept = held(file)?.ok_or_else(|| refused("KEYS_MISSING", &file.path))?;
        let keys = ring(&kept.material)?;
        self.store.bring_later_keys(&keys)?;
        Ok(keys.index_steps())
    }
}

/// Whether the last step of a key file was added by somebody who did not come to the end: the file
/// of before lies beside it still. The register may go by the step all the same.
fn is_begun(file: &KeyFile, steps: u32) -> bool {
    let older = KeyFile { path: before(&file.path), unlock: file.unlock.clone() };
    let older = held(&older).ok().flatten();
    older.is_some_and(|older| (older.material.steps.len() as u32) < steps)
}

/// Adds a step to a key file. What it was stays beside it until the register goes by the step.
fn add_step(file: &KeyFile, today: Day) -> Result<(), AppError> {
    let mut held = held(file)?.ok_or_else(|| refused("KEYS_MISSING", &file.path))?;
    let steps = &mut held.material.steps;
    if steps.len() >= STEPS_MAX as usize {
        return Err(AppError::refused("KEYS_STEPS_MANY", STEPS_MAX.to_string()));
    }
    steps.push(IndexStep { key: fresh()?, made: Some(today) });
    let failed = |_| AppError::unwritable(&file.path);
    let before = before(&file.path);
    if before.exists() {
        fs::remove_file(&before).map_err(failed)?;
    }
    fs::hard_link(&file.path, &before).map_err(failed)?;
    replace(file, &held)
}

/// Where a key file lies as it was before its last step.
fn before(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".before");
    PathBuf::from(name)
}

/// The steps of a key file; none when they are not numbered as they follow each other.
pub(super) fn parse(written: &mut [WrittenStep]) -> Option<Vec<IndexStep>> {
    let numbered = written.iter().zip(1..).all(|(step, number)| step.step == number);
    let within = numbered && written.len() <= STEPS_MAX as usize;
    let steps = written.iter_mut().map(|step| {
        let made = step.made.as_deref().and_then(Day::parse_iso);
        Some(IndexStep { key: secret(&mut step.key)?, made })
    });
    within.then(|| steps.collect()).flatten()
}

/// Writes the steps of a key file.
pub(super) fn print(
    text: &mut Zeroizing<String>,
    steps: &[IndexStep],
    hex: impl Fn(&mut String, &Secret),
) {
    for (step, number) in steps.iter().zip(1..) {
        text.push_str(&format!("\n[[index_step]]\nstep = {number}\n"));
        if let Some(made) = step.made {
            text.push_str(&format!("made = \"{made}\"\n"));
        }
        text.push_str("key = \"");
        hex(text, &step.key);
        text.push_str("\"\n");
    }
}

/// When each step of a key file was made.
///
/// # Errors
/// Those of [`super::load`].
pub fn steps_made(file: &KeyFile) -> Result<Vec<Option<Day>>, AppError> {
    let held = held(file)?.ok_or_else(|| unreadable(&file.path))?;
    Ok(held.material.steps.iter().map(|step| step.made).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{add_master, create, load, parse as parse_file, print as print_file};
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse_iso(text).expect("a day")
    }

    #[test]
    fn a_step_is_added_and_nothing_else_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        let file = KeyFile { path: path.clone(), unlock: None };
        let made = create(&file, day("2022-10-03")).expect("makes it");
        add_step(&file, day("2026-11-30")).expect("adds");
        let once = load(&file).expect("readable").expect("there");
        assert_eq!((&once.index, &once.masters), (&made.index, &made.masters));
        assert_eq!(steps_made(&file), Ok(vec![Some(day("2026-11-30"))]));
        let older = KeyFile { path: before(&path), unlock: None };
        assert_eq!(steps_made(&older), Ok(vec![]), "the older file lies beside it");
        add_step(&file, day("2027-11-30")).expect("adds");
        assert_eq!(steps_made(&older).map(|steps| steps.len()), Ok(1));
        assert_eq!(add_master(&file), Ok(2), "a master key more leaves the steps");
        let twice = load(&file).expect("readable").expect("there");
        assert_eq!((twice.steps.len(), &twice.steps[0].key), (2, &once.steps[0].key));
        assert_ne!(twice.steps[0].key, twice.steps[1].key);
    }

    #[test]
    fn steps_out_of_their_order_are_no_key_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = KeyFile { path: folder.path().join("keys.toml"), unlock: None };
        create(&file, day("2022-10-03")).expect("makes it");
        add_step(&file, day("2026-11-30")).expect("adds");
        let held = held(&file).expect("readable").expect("there");
        let text = print_file(&held);
        assert!(parse_file(&text).is_some());
        assert!(parse_file(&text.replace("step = 1", "step = 2")).is_none());
        assert!(
            parse_file(&text.replace("step = 1\nmade", "step = 1\nkey = \"00\"\nmade")).is_none()
        );
    }
}
