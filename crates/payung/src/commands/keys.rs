//! `payung key ...`: the keys by which identity is sealed.

use std::path::Path;
use std::process::ExitCode;

use app::error::AppError;
use app::keys::{self, IndexRotated, KeyFile};
use app::office::{Actor, Office, Operation};
use serde_json::{Map, json};

use crate::cli::{BackupKeyArgs, Global, KeyCommand};
use crate::commands::backup::{lock, unlock};
use crate::commands::{self, Done};
use crate::say::Say;

/// Adds a key, rotates, or says how far a rotation has come.
pub fn key(global: &Global, say: &Say, command: &KeyCommand) -> Done {
    if let KeyCommand::Unseal { bundle, file, key } = command {
        return unseal(say, bundle, file, key);
    }
    let keys = commands::key_file(global)?;
    let office = commands::open_with(global, keys.clone())?;
    let actor = office.actor(&global.actor, Operation::Operate)?;
    match command {
        KeyCommand::New => {
            let version = keys::add_master(&keys)?;
            match say.json {
                true => say.document(&json!({"version": version})),
                false => {
                    let version = version.to_string();
                    say.line(&say.words.with("key-added", &[("version", &version)]));
                }
            }
        }
        KeyCommand::Rotate { index: true, forget_old: true } => {
            // A number is looked up through every step: none can be taken away.
            return Err(AppError::refused("KEYS_INDEX_STAYS", "--forget-old").into());
        }
        KeyCommand::Rotate { index: true, forget_old: false } => {
            rotate_index(say, &office, &actor, &keys)?;
        }
        KeyCommand::Rotate { index: false, forget_old } => {
            if *forget_old && global.database.is_some() {
                // Another regency of the server may still need the older key.
                return Err(AppError::refused("KEYS_SHARED", "--forget-old").into());
            }
            let changed = office.rotate_keys(&actor)?;
            if *forget_old {
                office.forget_old_keys(&actor, &commands::location(global), &keys)?;
            }
            match say.json {
                true => say.document(&json!({"records": changed})),
                false => {
                    let records = changed.to_string();
                    say.line(&say.words.with("key-rotated", &[("records", &records)]));
                }
            }
        }
        KeyCommand::Seal { bundle, recipients, passphrase_file } => {
            let lock = lock(say.words, recipients, passphrase_file.as_deref())?;
            keys::copy(&keys, bundle, Some(&lock))?;
            tell(say, "key-sealed", bundle);
        }
        KeyCommand::Unseal { .. } => unreachable!("it needs no register"),
        KeyCommand::Status => status(say, &office, &keys)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Follows the index key by a step, and says how to go on.
fn rotate_index(say: &Say, office: &Office, actor: &Actor, keys: &KeyFile) -> Result<(), AppError> {
    let IndexRotated { is_new, done } = office.rotate_index_key(actor, keys)?;
    if say.json {
        say.document(&json!({
            "step": done.steps,
            "is_new": is_new,
            "regencies": done.regencies,
            "rows": done.rows,
            "log_empty": done.is_log_empty,
        }));
        return Ok(());
    }
    let values = [
        ("step", done.steps.to_string()),
        ("regencies", done.regencies.to_string()),
        ("rows", done.rows.to_string()),
        ("file", keys.path.display().to_string()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    say.line(&say.words.with("key-index-rotated", &values));
    say.line(&say.words.with("key-index-copy", &values));
    if !done.is_log_empty {
        say.line(&say.words.get("key-index-log"));
    }
    Ok(())
}

/// How far rotations have come.
fn status(say: &Say, office: &Office, keys: &KeyFile) -> Result<(), AppError> {
    let (status, chain) = (office.key_status()?, office.chain_standing()?);
    let made = keys::load(keys)?.and_then(|keys| keys.index_made);
    let made = made.map(|day| day.to_string());
    let steps = keys::steps_made(keys)?.into_iter().map(|day| day.map(|day| day.to_string()));
    let steps: Vec<Option<String>> = steps.collect();
    if say.json {
        let records = status.records.iter();
        let records: Map<_, _> =
            records.map(|(version, count)| (version.to_string(), json!(count))).collect();
        say.document(&json!({
            "current": status.current,
            "records": records,
            "index_made": made,
            "index_steps": chain.steps,
            "index_steps_made": steps,
        }));
        return Ok(());
    }
    let unknown = || say.words.get("key-index-unknown");
    let mut rows: Vec<(String, String)> = Vec::new();
    for (version, count) in &status.records {
        let version = version.to_string();
        rows.push((say.words.with("key-version", &[("version", &version)]), count.to_string()));
    }
    rows.push((say.words.get("key-index"), made.unwrap_or_else(unknown)));
    for (made, step) in steps.into_iter().zip(1_u32..) {
        let step = step.to_string();
        rows.push((say.words.with("key-step", &[("step", &step)]), made.unwrap_or_else(unknown)));
    }
    let (steps, known) = (chain.steps.to_string(), chain.known.to_string());
    let goes = say.words.with("key-chain-steps", &[("steps", &steps), ("known", &known)]);
    rows.push((say.words.get("key-chain"), goes));
    say.pairs(&rows);
    if chain.steps < chain.known {
        say.line(&say.words.get("key-chain-behind"));
    }
    Ok(())
}

/// Opens a bundle into a plain file: whoever can open it needs no account for it.
fn unseal(say: &Say, bundle: &Path, file: &Path, key: &BackupKeyArgs) -> Done {
    let unlock = Some(unlock(say.words, key)?);
    keys::copy(&KeyFile { path: bundle.to_owned(), unlock }, file, None)?;
    tell(say, "key-unsealed", file);
    Ok(ExitCode::SUCCESS)
}

fn tell(say: &Say, key: &str, file: &Path) {
    match say.json {
        true => say.document(&json!({"file": file})),
        false => say.line(&say.words.with(key, &[("file", &file.display().to_string())])),
    }
}
