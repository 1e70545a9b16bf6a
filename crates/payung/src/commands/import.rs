//! `payung import FILE...`: take files into the register.

use std::process::ExitCode;

use app::error::{AppError, ErrorKind};
use app::intake::{Receipt, Received, SheetReport, parse_mapping};
use app::office::Operation;
use app::prints::hex;
use base::money::grouped;
use domain::enrolment::Outcome;
use serde_json::{Map, Value, json};

use crate::cli::{Global, ImportArgs};
use crate::commands::{self, Done};
use crate::say::{REFUSED, ROWS_NEED_FIXING, Say};

/// Takes every file in, in order, and prints what became of each.
pub fn import(global: &Global, say: &Say, args: &ImportArgs) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::TakeIn)?;
    let confirmed = match &args.map {
        None => Vec::new(),
        Some(text) => {
            parse_mapping(text).ok_or_else(|| AppError::usage("MAP_UNREADABLE", text.as_str()))?
        }
    };
    let mut documents = Vec::new();
    let mut worst = 0;
    for path in &args.files {
        let receipt = office.receive(
            &actor,
            &Received {
                path: path.clone(),
                programme: args.programme.clone(),
                org: args.from.clone(),
                only_sheet: args.sheet.clone(),
                confirmed: confirmed.clone(),
                dry_run: args.dry_run,
            },
        )?;
        worst = worst.max(exit_code(&receipt));
        if say.json {
            documents.push(receipt_document(&path.to_string_lossy(), &receipt, say));
        } else {
            print_receipt(&path.to_string_lossy(), &receipt, say);
        }
    }
    if say.json {
        say.document(&json!({"files": documents}));
    }
    Ok(ExitCode::from(worst))
}

/// What a shell is told of a receipt.
fn exit_code(receipt: &Receipt) -> u8 {
    match receipt {
        Receipt::Refused(_) => REFUSED,
        Receipt::Waits(..) => ErrorKind::NeedsAnother.exit_code(),
        Receipt::Decided(report) | Receipt::AlreadyReceived(report) => {
            let to_fix = report.outcomes.get(&Outcome::NeedsFix).copied().unwrap_or(0);
            if to_fix > 0 { ROWS_NEED_FIXING } else { 0 }
        }
    }
}

/// A receipt as JSON.
pub fn receipt_document(path: &str, receipt: &Receipt, say: &Say) -> Value {
    match receipt {
        Receipt::Refused(refusal) => {
            let sentence = say.words.file_refusal(refusal);
            json!({
                "path": path,
                "verdict": "refused",
                "reason": format!("{} {}", sentence.what, sentence.remedy),
                "reason_code": refusal.code,
            })
        }
        Receipt::Waits(report, task) => {
            let mut document = report_document(path, "waits_for_approval", report);
            document["task"] = json!(task.id.to_string());
            document["hash"] = json!(hex(&task.hash));
            document["approvers"] = json!(task.approvers);
            document["effect_rupiah"] = json!(task.effect.0);
            document
        }
        Receipt::Decided(report) => report_document(path, "decided", report),
        Receipt::AlreadyReceived(report) => report_document(path, "already_received", report),
    }
}

fn report_document(path: &str, verdict: &str, report: &SheetReport) -> Value {
    let outcomes = report.outcomes.iter();
    let outcomes: Map<String, Value> =
        outcomes.map(|(outcome, count)| (outcome.name().to_owned(), json!(count))).collect();
    let problems = report.problems.iter();
    let problems: Map<String, Value> =
        problems.map(|(code, count)| (code.name().to_owned(), json!(count))).collect();
    let guesses = report.guesses.iter().map(|(column, header, field)| {
        json!({"column": column, "header": header, "field": field.name()})
    });
    json!({
        "path": path,
        "verdict": verdict,
        "sheet": report.sheet.map(|id| id.to_string()),
        "state": report.state.name(),
        "rows": report.rows(),
        "outcomes": outcomes,
        "problems": problems,
        "merged": report.merged,
        "guesses": guesses.collect::<Vec<_>>(),
    })
}

/// Prints a receipt in words.
pub fn print_receipt(path: &str, receipt: &Receipt, say: &Say) {
    say.line(path);
    let report = match receipt {
        Receipt::Refused(refusal) => {
            let sentence = say.words.file_refusal(refusal);
            say.line(&format!("  {} {}", sentence.what, sentence.remedy));
            return;
        }
        Receipt::AlreadyReceived(report) => {
            say.line(&format!("  {}", say.words.get("import-already")));
            report
        }
        Receipt::Waits(report, task) => {
            print_report(report, say);
            let (id, hash) = (task.id.to_string(), hex(&task.hash));
            let (count, effect) = (task.approvers.to_string(), task.effect.to_string());
            let values = [("task", &*id), ("hash", &hash), ("count", &count), ("effect", &effect)];
            for key in ["import-waits", "import-waits-how"] {
                say.line(&format!("  {}", say.words.with(key, &values)));
            }
            return;
        }
        Receipt::Decided(report) => report,
    };
    print_report(report, say);
}

/// Prints a received file's figures in words; the outcomes add up to the rows, and it shows.
pub fn print_report(report: &SheetReport, say: &Say) {
    if let Some(id) = report.sheet {
        say.line(&format!("  {} {id}", say.words.get("import-sheet")));
    }
    for (outcome, count) in &report.outcomes {
        say.line(&format!("  {:>9}  {}", grouped(*count), say.words.outcome(*outcome)));
    }
    let sum: Vec<String> = report.outcomes.values().map(|count| grouped(*count)).collect();
    let sum = sum.join(" + ");
    say.line(&format!("  {sum} = {} {}", grouped(report.rows()), say.words.get("import-rows")));
    if report.merged > 0 {
        let count = grouped(report.merged);
        say.line(&format!("  {}", say.words.with("import-merged", &[("count", &count)])));
    }
    for (column, header, field) in &report.guesses {
        let field = say.words.get(&format!("field-{}", field.name()));
        let values = [("column", column.as_str()), ("header", header), ("field", &field)];
        say.line(&format!("  {}", say.words.with("import-guess", &values)));
    }
    for (code, count) in &report.problems {
        let sentence = say.words.problem_by_code(*code);
        say.line(&format!("  {:>9}  {}  {}", grouped(*count), code.name(), sentence.what));
    }
}
