//! `payung key ...`: the keys by which identity is sealed.

use std::path::Path;
use std::process::ExitCode;

use app::error::AppError;
use app::keys::{self, KeyFile};
use app::office::Operation;
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
        KeyCommand::Rotate { forget_old } => {
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
        KeyCommand::Status => {
            let status = office.key_status()?;
            let made = keys::load(&keys)?.and_then(|keys| keys.index_made);
            let made = made.map(|day| day.to_string());
            let records = status.records.iter();
            if say.json {
                let records: Map<_, _> =
                    records.map(|(version, count)| (version.to_string(), json!(count))).collect();
                say.document(&json!({
                    "current": status.current,
                    "records": records,
                    "index_made": made,
                }));
            } else {
                let rows = records.map(|(version, count)| {
                    let version = version.to_string();
                    (say.words.with("key-version", &[("version", &version)]), count.to_string())
                });
                let unknown = || say.words.get("key-index-unknown");
                let index = (say.words.get("key-index"), made.unwrap_or_else(unknown));
                say.pairs(&rows.chain([index]).collect::<Vec<_>>());
            }
        }
    }
    Ok(ExitCode::SUCCESS)
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
