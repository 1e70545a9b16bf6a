//! `payung ledger …`: what the books say and their proof, entries by hand, months, files.

use std::process::ExitCode;

use app::bank::{Direction, Of};
use app::error::{AppError, typed};
use app::ledger::chart::task_of;
use app::ledger::closing::{CloseCheck, FoundShown, StepShown, Waived};
use app::ledger::export::{ExportFormat, ExportWhat};
use app::ledger::show::{AccountShown, EntryShown, PeriodBalance};
use app::ledger::vouchers::{EntryTyped, VoucherShown};
use app::office::{Actor, Office, Operation};
use app::prints::hex;
use base::money::grouped;
use base::{Id, Month};
use serde_json::{Value, json};

use crate::cli::{ChartCommand, EntryArgs, ExportWhatArg, Global, LedgerCommand, MonthsArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Entries that are asked for at once.
const PART_ROWS: u32 = 5_000;
/// Somebody else has to act now.
const NEEDS_ANOTHER: u8 = 4;

/// Shows, proves, puts forward, writes.
pub fn ledger(global: &Global, say: &Say, command: &LedgerCommand) -> Done {
    let office = commands::open(global)?;
    let may = |operation| office.actor(&global.actor, operation);
    match command {
        LedgerCommand::Balance(args) => {
            say_balance(&office.period_balance(&may(Operation::ReadMoney)?, months(args)?)?, say);
        }
        LedgerCommand::Verify => verify(&office, &may(Operation::ReadMoney)?, say)?,
        LedgerCommand::Chart(command) => return chart(&office, global, command, say),
        LedgerCommand::Statement { account, months } => {
            statement(&office, &may(Operation::ReadMoney)?, account, months, say)?;
        }
        LedgerCommand::Show { transfer } => {
            show(&office, &may(Operation::ReadMoney)?, transfer, say)?;
        }
        LedgerCommand::Cover(args) => {
            super::cover::cover(&office, &may(Operation::ReadMoney)?, args, say)?;
        }
        LedgerCommand::Entry(args) => {
            return entry(&office, &may(Operation::Pay)?, args, say);
        }
        LedgerCommand::Reverse { transfer, reason, day } => {
            let day = day.as_deref().map_or(Ok(office.today()), commands::day)?;
            let id = transfer_id(transfer)?;
            let made = office.propose_reversal(&may(Operation::Pay)?, id, day, reason)?;
            return Ok(say_voucher(&made, say));
        }
        LedgerCommand::Periods => periods(&office, &may(Operation::ReadMoney)?, say)?,
        LedgerCommand::Close { month, check: true, .. } => {
            let actor = may(Operation::ReadMoney)?;
            let check = office.check_close(&actor, commands::month(month)?)?;
            say_check(&check, say);
            let refused = ExitCode::from(crate::say::REFUSED);
            return Ok(if check.obstacles.is_empty() { ExitCode::SUCCESS } else { refused });
        }
        LedgerCommand::Close { month, waive, .. } => {
            let (month, waive) = (commands::month(month)?, waive.as_deref().unwrap_or_default());
            return Ok(say_step(&office.propose_close(&may(Operation::Pay)?, month, waive)?, say));
        }
        LedgerCommand::Reopen { month, reason } => {
            let month = commands::month(month)?;
            let made = office.propose_reopen(&may(Operation::Pay)?, month, reason)?;
            return Ok(say_step(&made, say));
        }
        LedgerCommand::Export { what, months: args, out } => {
            let ending = out.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            let format = ExportFormat::of_ending(ending)
                .ok_or_else(|| AppError::usage("EXPORT_FORM_UNKNOWN", ending))?;
            let what = match what {
                ExportWhatArg::Transfers => ExportWhat::Transfers,
                ExportWhatArg::Balances => ExportWhat::Balances,
            };
            let actor = may(Operation::ReadMoney)?;
            let (bytes, rows) = office.export_ledger(&actor, what, months(args)?, format)?;
            commands::write_file(out, &bytes)?;
            let path = out.display().to_string();
            let values = [("rows", grouped(rows)), ("path", path.clone())];
            let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
            let text = say.words.with("ledger-exported", &values);
            say.record(&json!({"rows": rows, "path": path}), &text);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn months(args: &MonthsArgs) -> Result<Option<(Month, Month)>, AppError> {
    let Some(first) = &args.month else { return Ok(None) };
    let first = commands::month(first)?;
    let last = args.to.as_deref().map_or(Ok(first), commands::month)?;
    Ok(Some((first, last)))
}

fn transfer_id(text: &str) -> Result<Id<base::id::kind::Transfer>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("TRANSFER_UNKNOWN", typed(text)))
}

fn named(shown: &AccountShown) -> String {
    format!("{} {}", shown.title.code, shown.title.name)
}

fn account_document(shown: &AccountShown) -> Value {
    json!({
        "account": &*shown.account.code,
        "code": &*shown.title.code,
        "name": &*shown.title.name,
        "kind": shown.account.kind.name(),
        "role": shown.role,
        "owner": &*shown.owner,
    })
}

fn say_balance(balance: &PeriodBalance, say: &Say) {
    if say.json {
        let accounts = balance.rows.iter().map(|row| {
            let mut document = account_document(&row.account);
            let closing = row.opening.net_debit().0 + row.moved.net_debit().0;
            document["opening_rupiah"] = json!(row.opening.net_debit().0);
            document["debits_posted_rupiah"] = json!(row.moved.debits.0);
            document["credits_posted_rupiah"] = json!(row.moved.credits.0);
            document["closing_rupiah"] = json!(closing);
            document["debits_pending_rupiah"] = json!(row.pending.debits.0);
            document["credits_pending_rupiah"] = json!(row.pending.credits.0);
            document
        });
        let accounts: Vec<Value> = accounts.collect();
        let (opening, moved, _) = balance.total;
        let balanced = opening.net_debit().0 == 0 && moved.net_debit().0 == 0;
        say.document(&json!({"balanced": balanced, "accounts": accounts}));
        return;
    }
    let row = |row: &app::ledger::show::PeriodRow| {
        let closing = row.opening.net_debit().0 + row.moved.net_debit().0;
        vec![
            named(&row.account),
            row.account.owner.to_string(),
            row.opening.net_debit().to_string(),
            row.moved.debits.to_string(),
            row.moved.credits.to_string(),
            base::Rupiah(closing).to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = balance.rows.iter().map(row).collect();
    let heads = [
        "ledger-account",
        "ledger-owner",
        "ledger-opening",
        "ledger-debits",
        "ledger-credits",
        "ledger-closing",
    ];
    let heads = heads.map(|key| say.words.get(key));
    say.table(&heads.each_ref().map(String::as_str), &rows, &[2, 3, 4, 5]);
}

fn verify(office: &Office, actor: &Actor, say: &Say) -> Result<(), AppError> {
    let balance = office.period_balance(actor, None)?;
    say_balance(&balance, say);
    office.verify_ledger(actor)?;
    if !say.json {
        say.line(&say.words.get("ledger-balanced"));
    }
    Ok(())
}

fn entry_document(shown: &EntryShown) -> Value {
    let transfer = &shown.transfer;
    json!({
        "transfer": transfer.id.to_string(),
        "day": transfer.day.to_string(),
        "month": transfer.month.map(|month| month.to_string()),
        "debit": account_document(&shown.debit),
        "credit": account_document(&shown.credit),
        "amount_rupiah": transfer.amount.0,
        "code": transfer.code.name(),
        "kind": transfer.kind.name(),
        "pending": transfer.kind.pending().map(|id| id.to_string()),
        "document_kind": shown.document.kind,
        "document": shown.document.text,
        "maker": &*shown.maker,
        "checker": &*shown.checker,
        "rulebook": shown.rulebook,
    })
}

fn statement(
    office: &Office,
    actor: &Actor,
    account: &str,
    args: &MonthsArgs,
    say: &Say,
) -> Result<(), AppError> {
    let this = office.today().month_of();
    let months = months(args)?.unwrap_or((this, this));
    let (mut after, mut first, mut rows) = (None, None, Vec::new());
    let closing = loop {
        let part = office.account_statement(actor, account, months, after, PART_ROWS)?;
        first.get_or_insert((part.account.clone(), part.opening));
        after = part.entries.last().map(|(one, _)| (one.transfer.day, one.transfer.id));
        rows.extend(part.entries);
        if !part.more {
            break part.closing;
        }
    };
    let Some((shown, opening)) = first else { return Ok(()) };
    if say.json {
        let lines: Vec<Value> = rows
            .iter()
            .map(|(one, running)| {
                let mut document = entry_document(one);
                document["balance_rupiah"] = json!(running.0);
                document
            })
            .collect();
        let mut document = account_document(&shown);
        document["opening_rupiah"] = json!(opening.net_debit().0);
        document["closing_rupiah"] = json!(closing.net_debit().0);
        document["entries"] = json!(lines);
        say.document(&document);
        return Ok(());
    }
    say.line(&format!("{} ({})", named(&shown), shown.account.code));
    let line = |(one, running): &(EntryShown, base::Rupiah)| {
        let ours = one.transfer.debit == shown.account.id;
        let amount = one.transfer.amount.to_string();
        let (debit, credit) = if ours { (amount, String::new()) } else { (String::new(), amount) };
        vec![
            one.transfer.day.to_string(),
            say.words.get(&format!("transfer-{}", one.transfer.code.name())),
            one.document.text.clone(),
            debit,
            credit,
            running.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = rows.iter().map(line).collect();
    let heads = [
        "ledger-day",
        "ledger-why",
        "ledger-document",
        "ledger-debits",
        "ledger-credits",
        "ledger-running",
    ];
    let heads = heads.map(|key| say.words.get(key));
    say.pairs(&[
        (say.words.get("ledger-opening"), opening.net_debit().to_string()),
        (say.words.get("ledger-closing"), closing.net_debit().to_string()),
    ]);
    say.table(&heads.each_ref().map(String::as_str), &rows, &[3, 4, 5]);
    Ok(())
}

fn show(office: &Office, actor: &Actor, id: &str, say: &Say) -> Result<(), AppError> {
    let file = office.ledger_entry(actor, transfer_id(id)?)?;
    if say.json {
        let mut document = entry_document(&file.entry);
        document["scheme"] = json!(file.scheme.map(|scheme| scheme.name()));
        document["related"] = file.related.iter().map(entry_document).collect();
        document["reversible"] = json!(file.keeps.is_none());
        document["not_reversible"] = json!(file.keeps);
        say.document(&document);
        return Ok(());
    }
    let (entry, transfer, words) = (&file.entry, &file.entry.transfer, say.words);
    let document = words.get(&format!("document-{}", entry.document.kind));
    let mut pairs = vec![
        (words.get("ledger-transfer"), transfer.id.to_string()),
        (words.get("ledger-day"), transfer.day.to_string()),
        (words.get("ledger-debit"), named(&entry.debit)),
        (words.get("ledger-credit"), named(&entry.credit)),
        (words.get("ledger-amount"), transfer.amount.to_string()),
        (words.get("ledger-words"), transfer.amount.in_words()),
        (words.get("ledger-why"), words.get(&format!("transfer-{}", transfer.code.name()))),
        (words.get("ledger-document"), format!("{document} {}", entry.document.text)),
        (words.get("ledger-maker"), entry.maker.to_string()),
        (words.get("ledger-checker"), entry.checker.to_string()),
        (words.get("ledger-rulebook"), entry.rulebook.chars().take(12).collect()),
    ];
    pairs.retain(|(_, value)| !value.is_empty());
    say.pairs(&pairs);
    for one in &file.related {
        let why = words.get(&format!("transfer-{}", one.transfer.code.name()));
        let (day, amount, id) = (one.transfer.day, one.transfer.amount, one.transfer.id);
        say.line(&format!("  {day}  {amount}  {why} ({})  {id}", one.transfer.kind.name()));
    }
    Ok(())
}

fn entry(office: &Office, actor: &Actor, args: &EntryArgs, say: &Say) -> Done {
    let typed = EntryTyped {
        debit: &args.debit,
        credit: &args.credit,
        amount: commands::rupiah(&args.amount)?,
        day: args.day.as_deref().map_or(Ok(office.today()), commands::day)?,
        month: args.month.as_deref().map(commands::month).transpose()?,
        number: &args.number,
        reason: &args.reason,
    };
    Ok(say_voucher(&office.propose_entry(actor, &typed)?, say))
}

fn say_voucher(shown: &VoucherShown, say: &Say) -> ExitCode {
    let voucher = &shown.record.voucher;
    let (state, hash) = (shown.record.state.name(), hex(&voucher.hash()));
    if say.json {
        say.document(&json!({
            "task": shown.task().to_string(),
            "state": state,
            "transfer": voucher.transfer().id.to_string(),
            "debit": account_document(&shown.debit),
            "credit": account_document(&shown.credit),
            "amount_rupiah": voucher.amount.0,
            "day": voucher.day.to_string(),
            "hash": hash,
        }));
    } else {
        let (amount, words) = (voucher.amount.to_string(), voucher.amount.in_words());
        say.pairs(&[
            (say.words.get("ledger-debit"), named(&shown.debit)),
            (say.words.get("ledger-credit"), named(&shown.credit)),
            (say.words.get("ledger-amount"), amount),
            (say.words.get("ledger-words"), words),
            (say.words.get("ledger-transfer"), voucher.transfer().id.to_string()),
        ]);
        say_waits(say, state, &shown.task().to_string(), &hash);
    }
    waits(state)
}

/// What somebody else types, while it waits for somebody.
fn say_waits(say: &Say, state: &str, task: &str, hash: &str) {
    match state {
        "proposed" => {
            say.line(&say.words.with("ledger-waits", &[("task", task), ("hash", hash)]));
        }
        state => say.line(&say.words.get(&format!("step-{state}"))),
    }
}

fn waits(state: &str) -> ExitCode {
    if state == "proposed" { ExitCode::from(NEEDS_ANOTHER) } else { ExitCode::SUCCESS }
}

fn step_document(shown: &StepShown) -> Value {
    let step = &shown.step;
    json!({
        "task": shown.task().to_string(),
        "month": step.month.to_string(),
        "act": step.act.name(),
        "state": step.state.name(),
        "reason": &*step.reason,
        "transfers": step.transfers,
        "moved_rupiah": step.moved.0,
        "maker": &*shown.maker,
        "checkers": shown.checkers.iter().map(|name| &**name).collect::<Vec<&str>>(),
        "waived": shown.waived.iter().map(missing_document).collect::<Vec<_>>(),
        "hash": hex(&shown.hash()),
    })
}

fn missing_document(missing: &Waived) -> Value {
    json!({
        "obstacle": missing.kind.name(),
        "about": &*missing.about,
        "amount_rupiah": missing.rupiah.0,
    })
}

fn say_step(shown: &StepShown, say: &Say) -> ExitCode {
    let state = shown.step.state.name();
    match say.json {
        true => say.document(&step_document(shown)),
        false => {
            say.line(&step_line(shown, say));
            say_waits(say, state, &shown.task().to_string(), &hex(&shown.hash()));
        }
    }
    waits(state)
}

fn step_line(shown: &StepShown, say: &Say) -> String {
    let step = &shown.step;
    let act = say.words.get(&format!("period-{}", step.act.name()));
    let state = say.words.get(&format!("step-{}", step.state.name()));
    let (count, moved) = (grouped(step.transfers), step.moved);
    let people = [std::slice::from_ref(&shown.maker), &shown.checkers].concat().join(", ");
    format!("{}  {act}  {state}  {count}  {moved}  {people}  {}", step.month, step.reason)
}

fn periods(office: &Office, actor: &Actor, say: &Say) -> Result<(), AppError> {
    for period in office.periods(actor)? {
        let state = if period.closed { "closed" } else { "open" };
        if say.json {
            let steps: Vec<Value> = period.steps.iter().map(step_document).collect();
            say.document(&json!({
                "month": period.month.to_string(), "state": state, "steps": steps,
            }));
            continue;
        }
        say.line(&format!("{}  {}", period.month, say.words.get(&format!("period-{state}"))));
        for step in &period.steps {
            say.line(&format!("  {}", step_line(step, say)));
        }
    }
    Ok(())
}

fn found_document(found: &FoundShown) -> Value {
    let line = match &found.of {
        Of::Line(line) => Some(line.to_string()),
        _ => None,
    };
    json!({
        "obstacle": found.obstacle.name(),
        "name": found.name,
        "line": line,
        "month": found.month.map(|month| month.to_string()),
        "direction": found.direction.map(Direction::name),
        "rupiah": found.amount.0,
    })
}

fn say_check(check: &CloseCheck, say: &Say) {
    if say.json {
        let obstacles: Vec<Value> = check
            .obstacles
            .iter()
            .map(|one| {
                json!({
                    "obstacle": one.kind.name(),
                    "count": one.count,
                    "rupiah": one.rupiah.0,
                    "may_be_waived": one.kind.may_be_waived(),
                })
            })
            .collect();
        let missing = check.missing.iter().map(|one| {
            let mut document = missing_document(&one.what);
            document["name"] = json!(one.name);
            document
        });
        say.document(&json!({
            "month": check.month.to_string(),
            "closed": check.closed,
            "transfers": check.transfers,
            "moved_rupiah": check.moved.0,
            "hash": hex(&check.hash),
            "obstacles": obstacles,
            "missing": missing.collect::<Vec<Value>>(),
            "found": check.found.iter().map(found_document).collect::<Vec<Value>>(),
            "proved": check.proved,
        }));
        return;
    }
    let state = if check.closed { "closed" } else { "open" };
    say.line(&format!("{}  {}", check.month, say.words.get(&format!("period-{state}"))));
    for one in &check.obstacles {
        let key = format!("obstacle-{}", one.kind.name());
        let (count, rupiah) = (grouped(one.count), one.rupiah.to_string());
        let month = check.earlier.map(|month| month.in_words()).unwrap_or_default();
        let values = [("count", &*count), ("rupiah", &*rupiah), ("month", &*month)];
        let text = say.words.with(&key, &values);
        say.line(&format!("  {text} {}", say.words.get(&format!("{key}.remedy"))));
    }
    for one in &check.found {
        let what = say.words.get(&format!("obstacle-{}", one.obstacle.name()));
        let way = one
            .direction
            .map(|way| format!(", {}", say.words.get(&format!("bank-{}", way.name()))));
        let way = way.unwrap_or_default();
        say.line(&format!("    {what}: {}{way}, {}", one.name, one.amount));
    }
    for one in &check.missing {
        let what = say.words.get(&format!("period-{}", one.what.kind.name()));
        say.line(&format!("    {what}: {}, {}", one.name, one.what.rupiah));
    }
    if check.may_be_closed() {
        let free = check.obstacles.is_empty();
        say.line(&say.words.get(if free { "period-free" } else { "period-waive-lead" }));
    }
}

fn chart(office: &Office, global: &Global, command: &ChartCommand, say: &Say) -> Done {
    match command {
        ChartCommand::Show { on } => {
            let actor = office.actor(&global.actor, Operation::ReadMoney)?;
            let day = on.as_deref().map_or(Ok(office.today()), commands::day)?;
            let chart = office.chart_on(&actor, day)?;
            if say.json {
                let lines: Vec<Value> = chart
                    .lines()
                    .iter()
                    .map(|line| {
                        json!({
                            "role": line.role.name(),
                            "owner": &*line.owner,
                            "code": &*line.title.code,
                            "name": &*line.title.name,
                            "note": &*line.note,
                        })
                    })
                    .collect();
                let since = chart.since.map(|day| day.to_string());
                say.document(&json!({"since": since, "lines": lines}));
            } else {
                say.line(chart.map.to_text().trim_end());
            }
            Ok(ExitCode::SUCCESS)
        }
        ChartCommand::Set { file, from, reason } => {
            let actor = office.actor(&global.actor, Operation::SetUp)?;
            let day = from.as_deref().map_or(Ok(office.today()), commands::day)?;
            let name = file.display().to_string();
            let text = std::fs::read_to_string(file).map_err(|_| {
                AppError::new(app::error::ErrorKind::External, "FILE_UNREADABLE", name)
            })?;
            let record = office.propose_chart(&actor, &text, day, reason)?;
            let (task, hash) = (task_of(record.id).to_string(), hex(&record.hash));
            let state = record.state.name();
            match say.json {
                true => say.document(&json!({
                    "task": task, "state": state, "from": day.to_string(), "hash": hash,
                })),
                false => say_waits(say, state, &task, &hash),
            }
            Ok(waits(state))
        }
    }
}
