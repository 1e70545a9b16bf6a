//! `payung sheet ...`: received files.

use std::process::ExitCode;

use app::error::{AppError, ErrorKind};
use app::intake::Receipt;
use app::office::{Actor, Office, Operation};
use base::{Id, id::kind};
use serde_json::json;

use crate::cli::{Global, SheetCommand};
use crate::commands::import::{print_receipt, print_report, receipt_document};
use crate::commands::{self, Done};
use crate::say::Say;

const READ: Operation = Operation::ReadSheets;

/// Lists, shows, returns, resumes, takes back or forgets.
pub fn sheet(global: &Global, say: &Say, command: &SheetCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        SheetCommand::List => list(&office, &office.actor(&global.actor, READ)?, say)?,
        SheetCommand::Show { id } => {
            let actor = office.actor(&global.actor, READ)?;
            let report = office.sheet_report(&actor, sheet_id(id)?)?;
            if say.json {
                let receipt = Receipt::Decided(Box::new(report.clone()));
                say.document(&receipt_document(&report.file_name, &receipt, say));
            } else {
                say.line(&report.file_name);
                print_report(&report, say);
            }
        }
        SheetCommand::Return { id, out } => {
            let actor = office.actor(&global.actor, Operation::TakeIn)?;
            let bytes = office.return_sheet(&actor, sheet_id(id)?, say.words)?;
            commands::write_file(out, &bytes)?;
            if say.json {
                say.document(&json!({"sheet": id, "out": out.to_string_lossy()}));
            } else {
                say.line(&out.display().to_string());
            }
        }
        SheetCommand::Resume { id } => {
            let actor = office.actor(&global.actor, Operation::TakeIn)?;
            let receipt = office.resume(&actor, sheet_id(id)?)?;
            match say.json {
                true => say.document(&receipt_document(id, &receipt, say)),
                false => print_receipt(id, &receipt, say),
            }
            if matches!(receipt, Receipt::Waits(..)) {
                return Ok(ExitCode::from(ErrorKind::NeedsAnother.exit_code()));
            }
        }
        SheetCommand::Undo { id } => {
            let actor = office.actor(&global.actor, Operation::UndoSheet)?;
            office.undo(&actor, sheet_id(id)?)?;
            match say.json {
                true => say.document(&json!({"sheet": id, "state": "undone"})),
                false => say.line(&say.words.get("sheet-undone")),
            }
        }
        SheetCommand::Forget { id, reason } => {
            let actor = office.actor(&global.actor, Operation::ErasePerson)?;
            office.forget_sheet(&actor, sheet_id(id)?, reason)?;
            match say.json {
                true => say.document(&json!({"sheet": id, "forgotten": true})),
                false => say.line(&say.words.get("sheet-forgotten")),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn sheet_id(text: &str) -> Result<Id<kind::Sheet>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("SHEET_UNKNOWN", text))
}

fn list(office: &Office, actor: &Actor, say: &Say) -> Result<(), AppError> {
    let sheets = office.sheets(actor)?;
    if say.json {
        let sheets = sheets.iter().map(|sheet| {
            json!({
                "id": sheet.id.to_string(),
                "file_name": &*sheet.file_name,
                "state": sheet.state.name(),
                "bytes": sheet.size_bytes,
                "received_at_ms": sheet.received_at_ms,
            })
        });
        say.document(&json!(sheets.collect::<Vec<_>>()));
        return Ok(());
    }
    let rows: Vec<Vec<String>> = sheets
        .iter()
        .map(|sheet| {
            let state = say.words.get(&format!("state-{}", sheet.state.name()));
            vec![sheet.id.to_string(), sheet.file_name.to_string(), state]
        })
        .collect();
    let heads =
        [say.words.get("column-id"), say.words.get("column-file"), say.words.get("column-state")];
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    say.table(&heads, &rows, &[]);
    Ok(())
}
