//! `payung bank allocate` and `release`: what is put forward about a line.

use std::process::ExitCode;

use app::bank::{Give, LineFile, Moves, MovesShown, PartPurpose, bill_reference};
use app::error::{AppError, typed};
use app::office::{Actor, Office};
use app::prints::hex;
use app::words::Words;
use base::id::kind;
use base::money::grouped;
use base::{Id, Rupiah};
use serde_json::{Value, json};

use super::rupiah;
use crate::cli::AllocateArgs;
use crate::commands::Done;
use crate::say::Say;

/// Somebody else has to approve what was put forward.
const NEEDS_ANOTHER: u8 = 4;

/// Puts forward what a line's money is for.
pub(super) fn allocate(office: &Office, actor: &Actor, args: &AllocateArgs, say: &Say) -> Done {
    let lines = args.lines.iter().map(|text| line_id(text)).collect::<Result<Vec<_>, _>>()?;
    if args.other {
        let count = office.explain_lines(actor, &lines, &args.reason)?;
        let words = say.words.with("bank-explained", &[("count", &grouped(count))]);
        say.record(&json!({"explained": count}), &words);
        return Ok(ExitCode::SUCCESS);
    }
    let [line] = lines[..] else {
        return Err(AppError::usage("ONE_LINE_ONLY", "").into());
    };
    let file = office.bank_line(actor, line)?;
    let moves = Moves { release: standing(&file, args.anew), give: gives(office, &file, args)? };
    let put = office.propose_moves(actor, &moves, &args.reason)?;
    Ok(say_put(&put, say))
}

/// Puts forward that a line's money is released.
pub(super) fn release(office: &Office, actor: &Actor, line: &str, reason: &str, say: &Say) -> Done {
    let file = office.bank_line(actor, line_id(line)?)?;
    let moves = Moves { release: standing(&file, true), give: Vec::new() };
    let put = office.propose_moves(actor, &moves, reason)?;
    Ok(say_put(&put, say))
}

fn say_put(put: &MovesShown, say: &Say) -> ExitCode {
    let hash = hex(&put.hash);
    let document = json!({
        "task": put.task.to_string(),
        "state": put.state.name(),
        "hash": hash,
        "amount_rupiah": put.amount.0,
    });
    let task = put.task.to_string();
    let words = say.words.with("bank-put-forward", &[("task", &task), ("hash", &hash)]);
    say.record(&document, &words);
    ExitCode::from(NEEDS_ANOTHER)
}

fn standing(file: &LineFile, wanted: bool) -> Vec<Id<domain::payment::Part>> {
    let parts = file.parts.iter().filter(|part| wanted && part.stands());
    parts.map(|part| part.id).collect()
}

fn gives(office: &Office, file: &LineFile, args: &AllocateArgs) -> Result<Vec<Give>, AppError> {
    let line = file.shown.line.id;
    if args.suggested {
        let suggestion = file.shown.suggestion.as_ref();
        let suggestion =
            suggestion.ok_or_else(|| AppError::not_found("NOTHING_SUGGESTED", line.to_string()))?;
        let parts = suggestion.parts.iter();
        return Ok(parts.map(|(what, much)| Give::new(line, *what, *much)).collect());
    }
    let mut gives = Vec::new();
    for text in &args.bill {
        let wrong = || AppError::usage("BILL_PART_UNREADABLE", typed(text));
        let (reference, amount) = text.split_once('=').ok_or_else(wrong)?;
        let wanted = reference.trim().to_uppercase();
        let bill = file.bills.keys().find(|bill| bill_reference(**bill) == wanted);
        let bill = bill.ok_or_else(|| AppError::not_found("BILL_UNKNOWN", typed(reference)))?;
        gives.push(Give::new(line, PartPurpose::Bill(*bill), rupiah(amount)?));
    }
    if let Some(amount) = &args.suspense {
        let fund = match &args.fund {
            Some(code) => Some(office.fund(code)?.id),
            None => file.fund,
        };
        let fund = fund.ok_or_else(|| AppError::usage("FUND_NEEDED", ""))?;
        gives.push(Give::new(line, PartPurpose::Suspense(fund), rupiah(amount)?));
    }
    let whole = file.shown.line.facts.amount;
    if let Some(text) = &args.returns {
        gives.push(Give::new(line, PartPurpose::Returned(line_id(text)?), file.shown.left));
    }
    if let Some(text) = &args.reverses {
        gives.push(Give::new(line, PartPurpose::Reversal(line_id(text)?), whole));
    }
    Ok(gives)
}

fn line_id(text: &str) -> Result<Id<kind::StatementLine>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("BANK_LINE_UNKNOWN", ""))
}

/// A part that is suggested.
pub(super) fn part_document((purpose, amount): &(PartPurpose, Rupiah)) -> Value {
    let about = match purpose {
        PartPurpose::Bill(bill) => Some(bill_reference(*bill)),
        PartPurpose::Returned(line) | PartPurpose::Reversal(line) => Some(line.to_string()),
        PartPurpose::Suspense(_) | PartPurpose::Other => None,
    };
    json!({"purpose": purpose.name(), "about": about, "amount_rupiah": amount.0})
}

/// An age in words.
pub(super) fn age(from: u32, to: Option<u32>, words: &Words) -> String {
    let (from, end) = (from.to_string(), to.map(|to| to.to_string()).unwrap_or_default());
    match to {
        Some(_) => words.with("bank-age", &[("from", &from), ("to", &end)]),
        None => words.with("bank-age-more", &[("from", &from)]),
    }
}
