//! `payung bank`: what was paid, and what does not match.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use base::money::grouped;
use domain::payment::bill_reference;
use serde_json::{Value, json};

use crate::cli::{BankCommand, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// Takes statements in, matches them, names what does not match.
pub fn bank(global: &Global, say: &Say, command: &BankCommand) -> Done {
    let office = commands::open(global)?;
    let actor = match command {
        BankCommand::Breaks => office.actor(&global.actor, Operation::ReadMoney)?,
        _ => office.actor(&global.actor, Operation::Pay)?,
    };
    match command {
        BankCommand::Import { file } => {
            let new = office.take_statement(&actor, BANK_ACCOUNT, &read(file)?)?;
            match say.json {
                true => say.document(&json!({"new_lines": new})),
                false => {
                    let count = grouped(new);
                    say.line(&say.words.with("bank-new-lines", &[("count", &count)]));
                }
            }
        }
        BankCommand::Match => say_matched(&office.match_payments(&actor)?, say),
        BankCommand::Breaks => say_matched(&office.preview_payments(&actor)?, say),
    }
    Ok(ExitCode::SUCCESS)
}

/// The regency's account; one per register for now.
const BANK_ACCOUNT: &str = "kas-daerah";

fn read(file: &Path) -> Result<Vec<u8>, AppError> {
    let name = file.display().to_string();
    fs::read(file).map_err(|_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", name))
}

fn say_matched(matched: &app::bank::Matched, say: &Say) {
    if say.json {
        let breaks: Vec<Value> = matched
            .breaks
            .iter()
            .map(|one| json!({"line": one.line.to_string(), "reason": one.reason.name()}))
            .collect();
        let matches: Vec<Value> = matched
            .matches
            .iter()
            .map(|one| {
                json!({
                    "line": one.line.to_string(),
                    "bill": one.bill.to_string(),
                    "by": one.by.name(),
                })
            })
            .collect();
        let unpaid: Vec<String> = matched.unpaid.iter().map(|bill| bill_reference(*bill)).collect();
        say.document(&json!({
            "paid_rupiah": matched.paid.0,
            "matches": matches,
            "breaks": breaks,
            "unpaid": unpaid,
        }));
        return;
    }
    say.pairs(&[
        (say.words.get("bank-matched"), grouped(matched.matches.len() as u64)),
        (say.words.get("bank-paid"), matched.paid.to_string()),
        (say.words.get("bank-breaks"), grouped(matched.breaks.len() as u64)),
        (say.words.get("bank-unpaid"), grouped(matched.unpaid.len() as u64)),
    ]);
    for one in &matched.breaks {
        let reason = say.words.get(&format!("break-{}", one.reason.name()));
        say.line(&format!("  {}  {reason}", one.line));
    }
    for bill in &matched.unpaid {
        say.line(&format!("  {}", bill_reference(*bill)));
    }
}
