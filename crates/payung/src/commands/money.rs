//! `payung bill | bank | ledger`: what is owed, what was paid, what the books say.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use app::error::{AppError, ErrorKind};
use app::office::{Actor, Office, Operation};
use base::Month;
use base::money::grouped;
use domain::billing::Bill;
use domain::payment::bill_reference;
use serde_json::{Value, json};

use crate::cli::{BankCommand, BillCommand, BillMonthArgs, Global, LedgerCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// Drafts, issues, exports or lists bills.
pub fn bill(global: &Global, say: &Say, command: &BillCommand) -> Done {
    let office = commands::open(global)?;
    let asked = |args: &BillMonthArgs| -> Result<(String, Month), AppError> {
        Ok((args.programme.clone(), commands::month(&args.month)?))
    };
    match command {
        BillCommand::Draft(args) => {
            let actor = office.actor(&global.actor, Operation::Pay)?;
            let (code, month) = asked(args)?;
            let bill = office.draft_bill(&actor, &code, month)?;
            say_bill(&bill, conflicts(&office, &actor, &code, month)?, say);
        }
        BillCommand::Issue(args) => {
            let actor = office.actor(&global.actor, Operation::Pay)?;
            let (code, month) = asked(args)?;
            // Counted first: an issued bill is not taken back.
            let against = conflicts(&office, &actor, &code, month)?;
            say_bill(&office.issue_bill(&actor, &code, month)?, against, say);
        }
        BillCommand::Export { month, out } => {
            let actor = office.actor(&global.actor, Operation::ExportPeople)?;
            let (code, month) = asked(month)?;
            let bytes = office.bill_workbook(&actor, &code, month, say.words)?;
            commands::write_file(out, &bytes)?;
            match say.json {
                true => say.document(&json!({"out": out.to_string_lossy()})),
                false => say.line(&out.display().to_string()),
            }
        }
        BillCommand::List => {
            let actor = office.actor(&global.actor, Operation::ReadMoney)?;
            list(&office, &actor, say)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How much stands against paying for the members of a month.
fn conflicts(office: &Office, actor: &Actor, code: &str, month: Month) -> Result<u64, AppError> {
    Ok(office.conflicts(actor, code, Some(month))?.found.len() as u64)
}

fn say_bill(bill: &Bill, conflicts: u64, say: &Say) {
    let words = say.words;
    if say.json {
        say.document(&json!({
            "bill": bill.id.to_string(),
            "reference": bill_reference(bill.id),
            "month": bill.month.to_string(),
            "state": bill.state.name(),
            "people": bill.people,
            "lines": bill.lines.len(),
            "excluded": bill.excluded.len(),
            "conflicts": conflicts,
            "total_rupiah": bill.total.0,
            "rulebook": &*bill.rulebook,
        }));
        return;
    }
    say.pairs(&[
        (words.get("bill-month"), bill.month.in_words()),
        (words.get("bill-state"), words.get(&format!("bill-{}", bill.state.name()))),
        (words.get("bill-reference"), bill_reference(bill.id)),
        (words.get("list-people"), grouped(u64::from(bill.people))),
        (words.get("bill-excluded"), grouped(bill.excluded.len() as u64)),
        (words.get("bill-conflicts"), grouped(conflicts)),
        (words.get("bill-total"), bill.total.to_string()),
    ]);
    if conflicts > 0 {
        say.line(&words.get("bill-conflicts-see"));
    }
}

fn list(office: &Office, actor: &Actor, say: &Say) -> Result<(), AppError> {
    let bills = office.bills(actor)?;
    if say.json {
        let bills = bills.iter().map(|bill| {
            json!({
                "bill": bill.id.to_string(),
                "reference": bill_reference(bill.id),
                "month": bill.month.to_string(),
                "state": bill.state.name(),
                "people": bill.people,
                "total_rupiah": bill.total.0,
            })
        });
        say.document(&json!(bills.collect::<Vec<_>>()));
        return Ok(());
    }
    for bill in bills {
        let state = say.words.get(&format!("bill-{}", bill.state.name()));
        let total = bill.total.to_string();
        let reference = bill_reference(bill.id);
        say.line(&format!("{}  {reference}  {total:>18}  {state}", bill.month));
    }
    Ok(())
}

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

fn say_matched(matched: &app::money::Matched, say: &Say) {
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

/// The trial balance, and its proof.
pub fn ledger(global: &Global, say: &Say, command: &LedgerCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::ReadMoney)?;
    let trial = office.trial_balance(&actor)?;
    if say.json {
        let accounts = trial.rows.iter().map(|row| {
            json!({
                "account": &*row.account.code,
                "kind": row.account.kind.name(),
                "debits_pending_rupiah": row.balance.debits_pending.0,
                "credits_pending_rupiah": row.balance.credits_pending.0,
                "debits_posted_rupiah": row.balance.debits_posted.0,
                "credits_posted_rupiah": row.balance.credits_posted.0,
            })
        });
        let accounts: Vec<Value> = accounts.collect();
        say.document(&json!({"balanced": trial.is_balanced(), "accounts": accounts}));
    } else {
        let rows: Vec<Vec<String>> = trial
            .rows
            .iter()
            .map(|row| {
                vec![
                    row.account.code.to_string(),
                    row.balance.debits_posted.to_string(),
                    row.balance.credits_posted.to_string(),
                ]
            })
            .collect();
        let words = ["ledger-account", "ledger-debits", "ledger-credits"];
        let heads: Vec<String> = words.iter().map(|key| say.words.get(key)).collect();
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        say.table(&heads, &rows, &[1, 2]);
    }
    if matches!(command, LedgerCommand::Verify) {
        office.verify_ledger(&actor)?;
        if !say.json {
            say.line(&say.words.get("ledger-balanced"));
        }
    }
    Ok(ExitCode::SUCCESS)
}
