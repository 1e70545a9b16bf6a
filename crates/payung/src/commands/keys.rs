//! `payung key ...`: the keys by which identity is sealed.

use std::path::PathBuf;
use std::process::ExitCode;

use app::error::AppError;
use app::keys;
use app::office::Operation;
use serde_json::{Map, json};

use crate::cli::{Global, KeyCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// Adds a key, rotates, or says how far a rotation has come.
pub fn key(global: &Global, say: &Say, command: &KeyCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::Operate)?;
    match command {
        KeyCommand::New => {
            let version = keys::add_master(&file(global))?;
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
                office.forget_old_keys(&actor, &commands::location(global), &file(global))?;
            }
            match say.json {
                true => say.document(&json!({"records": changed})),
                false => {
                    let records = changed.to_string();
                    say.line(&say.words.with("key-rotated", &[("records", &records)]));
                }
            }
        }
        KeyCommand::Status => {
            let status = office.key_status()?;
            let made = keys::load(&file(global))?.and_then(|keys| keys.index_made);
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

fn file(global: &Global) -> PathBuf {
    global.keys.clone().unwrap_or_else(|| global.data.join("keys.toml"))
}
