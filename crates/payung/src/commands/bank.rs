//! `payung bank`: statements taken in, what was paid, what does not match, and a month reconciled.

mod work;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use app::bank::{
    AccountShown, LineShown, LineState, Matched, MonthReconciled, NewAccount, Of, ReceiptRecorded,
    Received, StatementReceipt, Suspense,
};
use app::error::{AppError, ErrorKind, typed};
use app::office::{Actor, Office};
use base::Rupiah;
use base::money::grouped;
use domain::payment::bill_reference;
use serde_json::{Value, json};

use crate::cli::{AccountArgs, BankCommand, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// Takes statements in, matches them, names what does not match.
pub fn bank(global: &Global, say: &Say, command: &BankCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, crate::door::bank(command))?;
    match command {
        BankCommand::Accounts(args) => accounts(&office, &actor, args, say)?,
        BankCommand::Import { file, account, layout } => {
            let content = read(file)?;
            let received = Received { account, content: &content, layout: layout.as_deref() };
            say_receipt(&office.receive_statement(&actor, &received)?, say);
        }
        BankCommand::Lines { state } => lines(&office, &actor, state.as_deref(), say)?,
        BankCommand::Match => say_matched(&office.match_payments(&actor)?, say),
        BankCommand::Breaks => say_matched(&office.preview_payments(&actor)?, say),
        BankCommand::Allocate(args) => return work::allocate(&office, &actor, args, say),
        BankCommand::Release { line, reason } => {
            return work::release(&office, &actor, line, reason, say);
        }
        BankCommand::Suspense => say_suspense(&office.bank_suspense(&actor)?, say),
        BankCommand::Receipt { bill, number, withdraw: Some(reason), .. } => {
            let gone = office.withdraw_receipt(&actor, (bill, number), reason)?;
            say.record(&json!({"withdrawn": gone}), &say.words.get("bank-receipt-withdrawn"));
        }
        BankCommand::Receipt { bill, number, amount, day, .. } => {
            let receipt = ReceiptRecorded {
                bill,
                number,
                amount: rupiah(amount.as_deref().unwrap_or_default())?,
                day: commands::day(day.as_deref().unwrap_or_default())?,
            };
            let new = office.record_receipt(&actor, &receipt)?;
            let key = if new { "bank-receipt-kept" } else { "bank-receipt-known" };
            say.record(&json!({"new": new}), &say.words.get(key));
        }
        BankCommand::Reconcile { month } => {
            let shown = office.reconcile_month(&actor, commands::month(month)?)?;
            say_month(&shown, say);
            if !shown.outcome.is_clean() {
                return Ok(ExitCode::from(3));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<Vec<u8>, AppError> {
    let name = file.display().to_string();
    fs::read(file).map_err(|_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", name))
}

fn rupiah(text: &str) -> Result<Rupiah, AppError> {
    Rupiah::parse(text.trim()).ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", typed(text)))
}

fn accounts(office: &Office, actor: &Actor, args: &AccountArgs, say: &Say) -> Result<(), AppError> {
    if let Some(code) = &args.add {
        let new = NewAccount {
            code,
            name: args.name.as_deref().unwrap_or_default(),
            bank: &args.bank,
            number: &args.number,
            fund: &args.fund,
            layout: &args.layout,
        };
        say_account(&office.add_bank_account(actor, &new)?, say);
        return Ok(());
    }
    for account in office.bank_accounts(actor)? {
        say_account(&account, say);
    }
    Ok(())
}

fn say_account(account: &AccountShown, say: &Say) {
    let AccountShown { code, name, bank, number, fund, layout } = account;
    let document = json!({
        "account": code, "name": name, "bank": bank, "number_masked": number, "fund": fund,
        "layout": layout,
    });
    say.record(&document, &format!("{code}  {name}  {bank}  {number}  {fund}"));
}

fn say_receipt(receipt: &StatementReceipt, say: &Say) {
    let gap = match receipt.chain {
        app::bank::Chain::Gap(gap) => Some(gap),
        _ => None,
    };
    if say.json {
        say.document(&json!({
            "new_lines": receipt.new,
            "lines": receipt.lines,
            "is_new": receipt.is_new,
            "account": receipt.account,
            "format": receipt.format,
            "opening_rupiah": receipt.opening.map(|amount| amount.0),
            "closing_rupiah": receipt.closing.map(|amount| amount.0),
            "chain": receipt.chain.name(),
            "gap_rupiah": gap.map(|amount| amount.0),
            "columns_remembered": receipt.remembered,
        }));
        return;
    }
    say.line(&say.words.with("bank-new-lines", &[("count", &grouped(receipt.new))]));
    let amount = |amount: Option<Rupiah>| amount.map_or("–".to_owned(), |one| one.to_string());
    let (opening, closing) = (amount(receipt.opening), amount(receipt.closing));
    let sums = [("opening", opening.as_str()), ("closing", closing.as_str())];
    say.line(&say.words.with("bank-sums", &sums));
    let gap = gap.map(|gap| gap.to_string()).unwrap_or_default();
    let chain = format!("bank-chain-{}", receipt.chain.name());
    say.line(&say.words.with(&chain, &[("gap", &gap)]));
    if receipt.remembered {
        say.line(&say.words.with("bank-columns-kept", &[("account", &*receipt.account)]));
    }
}

fn lines(office: &Office, actor: &Actor, state: Option<&str>, say: &Say) -> Result<(), AppError> {
    let unknown = || AppError::usage("LINE_STATE_UNKNOWN", typed(state.unwrap_or_default()));
    let state = state.map(|name| LineState::from_name(name).ok_or_else(unknown)).transpose()?;
    for shown in office.bank_lines(actor)? {
        if state.is_none_or(|state| state == shown.state) {
            say.record(&line_document(&shown), &line_words(&shown, say));
        }
    }
    Ok(())
}

fn line_document(shown: &LineShown) -> Value {
    let facts = &shown.line.facts;
    let suggestion = shown.suggestion.as_ref().map(|suggestion| {
        let parts = suggestion.parts.iter().map(work::part_document);
        let whys = suggestion.whys.iter().map(|why| why.name());
        json!({"parts": parts.collect::<Vec<_>>(), "why": whys.collect::<Vec<_>>()})
    });
    json!({
        "line": shown.line.id.to_string(),
        "account": shown.account,
        "day": facts.day.to_string(),
        "direction": facts.direction.name(),
        "amount_rupiah": facts.amount.0,
        "left_rupiah": shown.left.0,
        "state": shown.state.name(),
        "reason": shown.reason.as_ref().map(|reason| reason.name()),
        "suggestion": suggestion,
    })
}

fn line_words(shown: &LineShown, say: &Say) -> String {
    let facts = &shown.line.facts;
    let state = say.words.get(&format!("line-state-{}", shown.state.name()));
    let way = say.words.get(&format!("bank-{}", facts.direction.name()));
    let amount = facts.amount.to_string();
    let mut text = format!("{}  {}  {way}  {amount:>18}  {state}", shown.line.id, facts.day);
    if let Some(reason) = shown.reason.as_ref().filter(|_| shown.state.is_open()) {
        text.push_str(&format!("  {}", say.words.get(&format!("break-{}", reason.name()))));
    }
    text
}

fn say_matched(matched: &Matched, say: &Say) {
    if say.json {
        let breaks = matched.breaks.iter().map(|one| {
            let suggestion = matched.suggestions.iter().find(|found| found.line == one.line);
            let whys =
                suggestion.map(|found| found.whys.iter().map(|why| why.name()).collect::<Vec<_>>());
            json!({"line": one.line.to_string(), "reason": one.reason.name(), "suggested": whys})
        });
        let matches = matched.matches.iter().map(|one| {
            json!({
                "line": one.line.to_string(),
                "bill": one.bill.to_string(),
                "by": one.by.name(),
                "amount_rupiah": one.amount.0,
            })
        });
        let unpaid: Vec<String> = matched.unpaid.iter().map(|bill| bill_reference(*bill)).collect();
        say.document(&json!({
            "paid_rupiah": matched.paid.0,
            "matches": matches.collect::<Vec<_>>(),
            "breaks": breaks.collect::<Vec<_>>(),
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

fn say_suspense(suspense: &Suspense, say: &Say) {
    if say.json {
        let waits = suspense.waits.iter().map(|one| {
            json!({
                "line": one.line.to_string(),
                "account": one.account,
                "since": one.since.to_string(),
                "days": one.days,
                "direction": one.direction.name(),
                "amount_rupiah": one.amount.0,
            })
        });
        let ages = suspense.ages.iter().map(|(from, to, count, sum)| {
            json!({"from_days": from, "to_days": to, "count": count, "amount_rupiah": sum.0})
        });
        say.document(&json!({
            "waits": waits.collect::<Vec<_>>(),
            "ages": ages.collect::<Vec<_>>(),
        }));
        return;
    }
    if suspense.waits.is_empty() {
        say.line(&say.words.get("bank-suspense-none"));
        return;
    }
    let ages = suspense.ages.iter().map(|(from, to, count, sum)| {
        (work::age(*from, *to, say.words), format!("{}  {sum}", grouped(*count)))
    });
    say.pairs(&ages.collect::<Vec<_>>());
    for one in &suspense.waits {
        let days = grouped(u64::from(one.days));
        let days = say.words.with("bank-days", &[("days", &days)]);
        let amount = one.amount.to_string();
        say.line(&format!("  {}  {}  {amount:>18}  {days}", one.line, one.since));
    }
}

fn say_month(shown: &MonthReconciled, say: &Say) {
    let outcome = &shown.outcome;
    let of = |of: &Of| match of {
        Of::Bill(bill, _) => bill_reference(*bill),
        Of::Line(line) => line.to_string(),
        Of::Account(code) => code.to_string(),
    };
    if say.json {
        let found = outcome.found.iter().map(|one| {
            json!({
                "obstacle": one.obstacle.name(),
                "of": of(&one.of),
                "amount_rupiah": one.amount.0,
                "days": one.days,
            })
        });
        let receipts = shown.receipts.iter().map(|one| {
            json!({
                "bill": bill_reference(one.bill),
                "number": one.number,
                "amount_rupiah": one.amount.0,
                "day": one.day.to_string(),
            })
        });
        say.document(&json!({
            "month": shown.month.to_string(),
            "billed_rupiah": outcome.billed.0,
            "paid_rupiah": outcome.paid.0,
            "received_rupiah": outcome.received.0,
            "agree": outcome.agree,
            "clean": outcome.is_clean(),
            "found": found.collect::<Vec<_>>(),
            "receipts": receipts.collect::<Vec<_>>(),
        }));
        return;
    }
    say.pairs(&[
        (say.words.get("bank-billed"), outcome.billed.to_string()),
        (say.words.get("bank-paid-by-bank"), outcome.paid.to_string()),
        (say.words.get("bank-received"), outcome.received.to_string()),
    ]);
    if outcome.is_clean() {
        say.line(&say.words.get("bank-month-clean"));
    }
    for one in &outcome.found {
        let words = say.words.get(&format!("obstacle-{}", one.obstacle.name()));
        let days = grouped(u64::from(one.days));
        let days = say.words.with("bank-days", &[("days", &days)]);
        say.line(&format!("  {words}  {}  {}  {days}", of(&one.of), one.amount));
    }
}
