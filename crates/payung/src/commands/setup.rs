//! `payung reference`: lists of other offices, from files.

use std::process::ExitCode;

use app::error::AppError;
use app::office::Operation;
use app::references::ReferenceReceived;
use base::money::grouped;
use domain::reference::ReferenceKind;
use serde_json::json;

use crate::cli::{Global, ReferenceCommand};
use crate::commands::{self, Done};
use crate::say::{REFUSED, Say};

/// Reference lists.
pub fn reference(global: &Global, say: &Say, command: &ReferenceCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        ReferenceCommand::Import { file, list, as_of, complete } => {
            let actor = office.actor(&global.actor, Operation::TakeReferences)?;
            let kind = ReferenceKind::from_name(list)
                .ok_or_else(|| AppError::usage("KIND_UNKNOWN", list.as_str()))?;
            let received = ReferenceReceived {
                path: file,
                kind,
                as_of: commands::day(as_of)?,
                complete: *complete,
            };
            match office.take_reference(&actor, &received)? {
                Ok(receipt) => {
                    let document = json!({
                        "list": receipt.list.to_string(),
                        "entries": receipt.entries,
                        "without_nik": receipt.without_nik,
                        "already_received": receipt.known,
                    });
                    let (entries, without) =
                        (grouped(receipt.entries), grouped(receipt.without_nik));
                    let values = [("entries", entries.as_str()), ("without", &without)];
                    say.record(&document, &say.words.with("reference-taken", &values));
                }
                Err(refusal) => {
                    let sentence = say.words.file_refusal(&refusal);
                    let line = format!("{} {}", sentence.what, sentence.remedy);
                    say.record(&json!({"reason_code": refusal.code, "reason": line}), &line);
                    return Ok(ExitCode::from(REFUSED));
                }
            }
        }
        ReferenceCommand::List => {
            let actor = office.actor(&global.actor, Operation::TakeReferences)?;
            for list in office.reference_lists(&actor)? {
                let document = json!({"list": list.kind.name(), "as_of": list.as_of.to_string()});
                say.record(&document, &format!("{}  {}", list.kind.name(), list.as_of));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
