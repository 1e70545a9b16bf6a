//! `payung bill …`: what is owed for a month, locked by one, issued by another, put on paper.

use std::path::Path;
use std::process::ExitCode;

use app::bills::{
    Arrears, BillChanges, BillFile, ChangeGroup, CodeKind, Credits, Finalised, Paper, RuleSum,
    payment_reference, standing,
};
use app::error::AppError;
use app::office::{Actor, Office, Operation};
use app::prints::hex;
use base::Month;
use base::money::grouped;
use domain::billing::{Bill, BillState, ExclusionReason, bill_hash};
use domain::payment::bill_reference;
use rules::Scheme;
use serde_json::{Value, json};

use super::lists::parse_hash;
use crate::cli::{BillCodeKind, BillCommand, BillMonthArgs, BillPaperKind, Global};
use crate::commands::duplicates::InFigures;
use crate::commands::{self, Done};
use crate::say::Say;

/// Drafts, finalises, issues, reopens; codes, papers, arrears, credits.
pub fn bill(global: &Global, say: &Say, command: &BillCommand) -> Done {
    let office = commands::open(global)?;
    let actor = |operation| office.actor(&global.actor, operation);
    match command {
        BillCommand::Draft(args) => draft(&office, &actor(Operation::Pay)?, args, say)?,
        BillCommand::Finalise { month, months } => {
            return finalise(&office, &actor(Operation::Pay)?, (month, *months), say);
        }
        BillCommand::Issue { month, hash } => {
            let actor = actor(Operation::OwnDesk)?;
            return issue(&office, &actor, month, hash.as_deref(), say);
        }
        BillCommand::Reopen { month, reason } => {
            let (code, of) = asked(month)?;
            let head = office.reopen_bill(&actor(Operation::Pay)?, &code, of, reason)?;
            let document = json!({
                "bill": head.id.to_string(),
                "state": head.state.name(),
                "revision": head.revision,
            });
            let revision = head.revision.to_string();
            say.record(&document, &say.words.with("bill-reopened", &[("revision", &revision)]));
        }
        BillCommand::Code { month, kind, code } => {
            write_code(&office, &actor(Operation::Pay)?, (month, *kind, code), say)?;
        }
        BillCommand::Show { month } => {
            show(&office, &actor(Operation::ReadMoney)?, month, say)?;
        }
        BillCommand::Paper { month, kind, out } => {
            paper(&office, &actor(Operation::ReadMoney)?, (month, *kind, out), say)?;
        }
        BillCommand::Export { month, reason, out } => {
            let (code, of) = asked(month)?;
            let actor = actor(Operation::ExportPeople)?;
            let bytes = office.bill_workbook(&actor, (&code, of), reason, say.words)?;
            commands::write_file(out, &bytes)?;
            let path = out.display().to_string();
            say.record(&json!({"out": path}), &path);
        }
        BillCommand::Arrears { programme } => {
            let arrears = office.arrears(&actor(Operation::ReadMoney)?, programme.as_deref())?;
            say_arrears(&arrears, say);
        }
        BillCommand::Credits { programme, propose } => {
            let operation = if *propose { Operation::Pay } else { Operation::ReadMoney };
            return credits(&office, &actor(operation)?, (programme, *propose), say);
        }
        BillCommand::List { programme } => {
            list(&office, &actor(Operation::ReadMoney)?, programme.as_deref(), say)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn asked(args: &BillMonthArgs) -> Result<(String, Month), AppError> {
    Ok((args.programme.clone(), commands::month(&args.month)?))
}

fn draft(office: &Office, actor: &Actor, args: &BillMonthArgs, say: &Say) -> Result<(), AppError> {
    let (code, month) = asked(args)?;
    let bill = office.draft_bill(actor, &code, month)?;
    say_bill(&bill, conflicts(office, actor, &code, month)?, say);
    Ok(())
}

fn finalise(
    office: &Office,
    actor: &Actor,
    (args, months): (&BillMonthArgs, u32),
    say: &Say,
) -> Done {
    let (code, month) = asked(args)?;
    // Counted first: what is locked is looked at by somebody else.
    let against = conflicts(office, actor, &code, month)?;
    let found = office.finalise_bill(actor, &code, month, months)?;
    Ok(say_finalised(&found, (&code, against), say))
}

/// Says what waits, and for whom; the exit code that goes with it.
fn say_finalised(found: &Finalised, (code, conflicts): (&str, InFigures), say: &Say) -> ExitCode {
    let hash = found.task.as_ref().map(|task| hex(&task.hash));
    if say.json {
        let bills = found.bills.iter().map(|bill| document(bill, conflicts));
        say.document(&json!({
            "bills": bills.collect::<Vec<_>>(),
            "total_rupiah": found.total().0,
            "task": found.task.as_ref().map(|task| task.id.to_string()),
            "hash": hash,
            "new": found.is_new,
        }));
    } else {
        found.bills.iter().for_each(|bill| say_bill(bill, conflicts, say));
        let words = found.total().in_words();
        say.line(&format!("{} ({words})", found.total()));
        if let Some(hash) = &hash {
            let month = found.bills[0].month.to_string();
            let values = [("programme", code), ("month", &month), ("hash", hash)];
            say.line(&say.words.with("bill-waits", &values));
        }
    }
    if found.task.is_some() { ExitCode::from(4) } else { ExitCode::SUCCESS }
}

fn issue(
    office: &Office,
    actor: &Actor,
    args: &BillMonthArgs,
    hash: Option<&str>,
    say: &Say,
) -> Done {
    let (code, month) = asked(args)?;
    if let Some(text) = hash {
        let seen = parse_hash(text)?;
        let waits = office.bill_file(actor, &code, month)?.waiting;
        if waits.is_some_and(|waits| waits.task.hash != seen) {
            return Err(AppError::refused("HASH_DIFFERS", "").into());
        }
    }
    let against = conflicts(office, actor, &code, month)?;
    let bill = office.issue_bill(actor, &code, month)?;
    say_bill(&bill, against, say);
    let waits = office.bill_file(actor, &code, month)?.waiting;
    if let (Some(waits), false) = (&waits, say.json) {
        let (hash, of) = (hex(&waits.task.hash), month.to_string());
        let values = [("programme", code.as_str()), ("month", &of), ("hash", &hash)];
        say.line(&say.words.with("bill-waits", &values));
    }
    Ok(if waits.is_some() { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

fn write_code(
    office: &Office,
    actor: &Actor,
    (args, kind, code): (&BillMonthArgs, BillCodeKind, &str),
    say: &Say,
) -> Result<(), AppError> {
    let (programme, month) = asked(args)?;
    let kind = match kind {
        BillCodeKind::BillingCode => CodeKind::Billing,
        BillCodeKind::VirtualAccount => CodeKind::VirtualAccount,
    };
    let is_new = office.record_bill_code(actor, (&programme, month), kind, code)?;
    let document = json!({"kind": kind.name(), "new": is_new});
    let key = if is_new { "bill-code-kept" } else { "bill-code-known" };
    say.record(&document, &say.words.get(key));
    Ok(())
}

fn paper(
    office: &Office,
    actor: &Actor,
    (args, kind, out): (&BillMonthArgs, BillPaperKind, &Path),
    say: &Say,
) -> Result<(), AppError> {
    let (code, month) = asked(args)?;
    let paper = match kind {
        BillPaperKind::Bill => Paper::Bill,
        BillPaperKind::Request => Paper::Request,
        BillPaperKind::Handover => Paper::Handover,
        BillPaperKind::Receipt => Paper::Receipt,
    };
    let printed = office.bill_paper(actor, &code, month, (paper, say.words))?;
    let path = out.join(&printed.name);
    commands::write_file(&path, &printed.bytes)?;
    let path = path.display().to_string();
    say.record(&json!({"out": path}), &path);
    Ok(())
}

/// How much stands against paying for the members of a month.
fn conflicts(
    office: &Office,
    actor: &Actor,
    code: &str,
    month: Month,
) -> Result<InFigures, AppError> {
    office.conflicts(actor, code, Some(month)).map(|found| InFigures::of(&found))
}

fn document(bill: &Bill, conflicts: InFigures) -> Value {
    json!({
        "bill": bill.id.to_string(),
        "reference": bill_reference(bill.id),
        "month": bill.month.to_string(),
        "state": bill.state.name(),
        "revision": bill.revision,
        "people": bill.people,
        "lines": bill.lines.len(),
        "excluded": bill.excluded.len(),
        "conflicts": conflicts.certain,
        "waiting_pairs": conflicts.pairs,
        "credit_rupiah": bill.credited().0,
        "total_rupiah": bill.total.0,
        "rulebook": &*bill.rulebook,
        "hash": hex(&bill_hash(bill)),
    })
}

fn say_bill(bill: &Bill, conflicts: InFigures, say: &Say) {
    let words = say.words;
    if say.json {
        say.document(&document(bill, conflicts));
        return;
    }
    say.pairs(&[
        (words.get("bill-month"), bill.month.in_words()),
        (words.get("bill-state"), words.get(&format!("bill-{}", bill.state.name()))),
        (words.get("bill-reference"), bill_reference(bill.id)),
        (words.get("list-people"), grouped(u64::from(bill.people))),
        (words.get("bill-excluded"), grouped(bill.excluded.len() as u64)),
        (words.get("bill-conflicts"), grouped(conflicts.certain)),
        (words.get("waiting-pairs"), grouped(conflicts.pairs)),
        (words.get("bill-credit"), bill.credited().to_string()),
        (words.get("bill-total"), bill.total.to_string()),
        (words.get("bill-in-words"), bill.total.in_words()),
    ]);
    let reason = ExclusionReason::PaidInOtherRegion;
    let out = bill.excluded.iter().filter(|one| one.reason == reason).count();
    say_left_to_others(reason.name(), out as u64, say);
    conflicts.lead_on("bill-conflicts-see", say);
}

/// How many are left out because another regency pays.
fn say_left_to_others(why: &str, people: u64, say: &Say) {
    if people > 0 && why == ExclusionReason::PaidInOtherRegion.name() {
        say.line(&format!("{}: {}", say.words.get(&format!("excluded-{why}")), grouped(people)));
    }
}

fn show(office: &Office, actor: &Actor, args: &BillMonthArgs, say: &Say) -> Result<(), AppError> {
    let (code, month) = asked(args)?;
    let file = office.bill_file(actor, &code, month)?;
    let changes = office.changes_of(&file)?;
    match say.json {
        true => say.document(&file_document(&file, &changes)),
        false => show_file(&file, &changes, say),
    }
    Ok(())
}

fn file_document(file: &BillFile, changes: &BillChanges) -> Value {
    let [ceiling, committed, billed, paid, free] = file.budget;
    let late = file.late.as_ref().map(|late| {
        json!({
            "days": late.days,
            "penalty_rupiah": late.penalty.as_ref().map(|(rupiah, ..)| rupiah.0),
            "article": late.penalty.as_ref().map(|(_, article, _)| article),
        })
    });
    let left_out = file.left_out.iter().map(|(why, people)| json!({"why": why, "people": people}));
    let issue = file.issues.iter().find(|issue| issue.revision == file.head.revision);
    json!({
        "bill": file.head.id.to_string(),
        "programme": &*file.programme.code,
        "month": file.head.month.to_string(),
        "state": file.head.state.name(),
        "standing": standing(&file.head),
        "revision": file.head.revision,
        "reference": file.reference,
        "together": file.together.iter().map(|one| one.month.to_string()).collect::<Vec<_>>(),
        "people": file.head.people,
        "credit_rupiah": file.head.credit.0,
        "total_rupiah": file.head.total.0,
        "total_in_words": file.head.total.in_words(),
        "rulebook": &*file.head.rulebook,
        "lines": sum_documents(file),
        "left_out": left_out.collect::<Vec<_>>(),
        "paid_elsewhere": file.paid_elsewhere,
        "free_again": file.free_again,
        "fund": {
            "code": &*file.fund,
            "ceiling_rupiah": ceiling.0,
            "committed_rupiah": committed.0,
            "billed_rupiah": billed.0,
            "paid_rupiah": paid.0,
            "free_rupiah": free.0,
        },
        "unbilled_rupiah": file.unbilled.0,
        "due": file.due.day.to_string(),
        "late": late,
        "codes": code_documents(file),
        "finalised_by": issue.map(|issue| &*issue.finalised_by),
        "issued_by": issue.map(|issue| &*issue.issued_by),
        "issued_on": issue.map(|issue| issue.issued_on.to_string()),
        "paid_on": file.paid_on.map(|day| day.to_string()),
        "task": file.waiting.as_ref().map(|waits| waits.task.id.to_string()),
        "hash": file.waiting.as_ref().map(|waits| hex(&waits.task.hash)),
        "against": changes.against.map(|month| month.to_string()),
        "changes": change_documents(changes),
    })
}

fn sum_documents(file: &BillFile) -> Vec<Value> {
    let document = |sum: &RuleSum| {
        json!({
            "scheme": sum.scheme.name(),
            "rule": &*sum.rule,
            "article": &*sum.article,
            "status": sum.status.name(),
            "people": sum.people,
            "rupiah": sum.rupiah.0,
        })
    };
    file.sums.iter().map(document).collect()
}

fn change_documents(changes: &BillChanges) -> Vec<Value> {
    let document = |group: ChangeGroup| {
        json!({
            "side": group.side.name(),
            "why": group.why.name(),
            "before_rupiah": group.before.0,
            "after_rupiah": group.after.0,
            "people": group.people,
        })
    };
    changes.groups().into_iter().map(document).collect()
}

fn code_documents(file: &BillFile) -> Vec<Value> {
    let codes = file.codes.iter().map(|code| {
        json!({
            "kind": code.kind.name(),
            "code": &*code.code,
            "recorded_by": &*code.recorded_by,
            "recorded_at_ms": code.recorded_at_ms,
        })
    });
    codes.collect()
}

fn show_file(file: &BillFile, changes: &BillChanges, say: &Say) {
    let words = say.words;
    let [_, committed, billed, paid, free] = file.budget;
    let head = &file.head;
    let mut pairs = vec![
        (words.get("bill-month"), head.month.in_words()),
        (words.get("bill-state"), words.get(&format!("bill-{}", standing(head)))),
        (words.get("bill-reference"), file.reference.clone()),
        (words.get("bill-revision"), head.revision.to_string()),
        (words.get("list-people"), grouped(u64::from(head.people))),
        (words.get("bill-credit"), head.credit.to_string()),
        (words.get("bill-total"), head.total.to_string()),
        (words.get("bill-in-words"), head.total.in_words()),
        (words.get("bill-due"), file.due.day.in_words()),
    ];
    if let Some(late) = &file.late {
        pairs.push((words.get("bill-late"), late.days.to_string()));
        if let Some((penalty, article, _)) = &late.penalty {
            pairs.push((words.get("bill-penalty"), format!("{penalty} ({article})")));
        }
    }
    for code in &file.codes {
        let key = format!("bill-code-{}", code.kind.name());
        pairs.push((words.get(&key), format!("{} ({})", code.code, code.recorded_by)));
    }
    pairs.extend([
        (words.get("fund-committed"), committed.to_string()),
        (words.get("fund-billed"), billed.to_string()),
        (words.get("fund-paid-out"), paid.to_string()),
        (words.get("fund-free"), free.to_string()),
    ]);
    say.pairs(&pairs);
    let [paid, free] = match standing(&file.head) {
        "posted" => ["bill-paid-elsewhere-posted", "bill-free-again-posted"],
        _ => ["bill-paid-elsewhere", "bill-free-again"],
    };
    for (people, key) in [(file.paid_elsewhere, paid), (file.free_again, free)] {
        if people > 0 {
            say.line(&words.with(key, &[("people", &grouped(people))]));
        }
    }
    for (why, people) in &file.left_out {
        say_left_to_others(why, *people, say);
    }
    for sum in &file.sums {
        let (scheme, people) = (sum.scheme.name().to_uppercase(), grouped(sum.people));
        say.line(&format!("{scheme:<4} {people:>9} {:>18}  {}", sum.rupiah, sum.article));
    }
    for group in changes.groups() {
        let side = words.get(&format!("change-side-{}", group.side.name()));
        let why = words.get(&format!("change-why-{}", group.why.name()));
        let people = grouped(group.people);
        say.line(&format!("{side} {people}: {why} ({} → {})", group.before, group.after));
    }
}

fn say_arrears(arrears: &Arrears, say: &Say) {
    let words = say.words;
    if say.json {
        say.document(&arrears_document(arrears));
        return;
    }
    for one in &arrears.overdue {
        let (days, due) = (one.days.to_string(), one.due.day.in_words());
        let state = words.get(&format!("overdue-{}", one.state.name()));
        let total = one.total.map(|total| total.to_string()).unwrap_or_default();
        let values = [("days", days.as_str()), ("due", &due), ("state", &state), ("total", &total)];
        let (code, month) = (&one.programme.0, one.month);
        say.line(&format!("{code} {month}  {}", words.with("overdue-line", &values)));
    }
    for one in &arrears.lapses {
        let people = grouped(one.people);
        let until = one.paid_until.map_or_else(|| "–".to_owned(), Month::in_words);
        let state = words.get(&format!("cover-{}", one.state));
        let lapse = one.lapses_on.map_or_else(|| "–".to_owned(), base::Day::in_words);
        let segment = words.get(&format!("segment-{}", one.segment.name()));
        let values = [
            ("people", people.as_str()),
            ("segment", &segment),
            ("until", &until),
            ("state", &state),
            ("day", &lapse),
        ];
        say.line(&format!("{}  {}", one.programme.0, words.with("lapse-line", &values)));
    }
    if arrears.overdue.is_empty() {
        say.line(&words.get("overdue-none"));
    }
}

fn arrears_document(arrears: &Arrears) -> Value {
    let overdue = arrears.overdue.iter().map(|one| {
        json!({
            "programme": &*one.programme.0,
            "month": one.month.to_string(),
            "state": one.state.name(),
            "due": one.due.day.to_string(),
            "days": one.days,
            "total_rupiah": one.total.map(|total| total.0),
            "penalty_rupiah": one.penalty.map(|penalty| penalty.0),
        })
    });
    let lapses = arrears.lapses.iter().map(|one| {
        json!({
            "programme": &*one.programme.0,
            "segment": one.segment.name(),
            "paid_until": one.paid_until.map(|month| month.to_string()),
            "member_until": one.last.to_string(),
            "people": one.people,
            "state": one.state,
            "months": one.months,
            "lapses_on": one.lapses_on.map(|day| day.to_string()),
            "doubted": one.doubted,
        })
    });
    json!({
        "on": arrears.on.to_string(),
        "overdue": overdue.collect::<Vec<_>>(),
        "lapses": lapses.collect::<Vec<_>>(),
    })
}

fn credits(office: &Office, actor: &Actor, (programme, propose): (&str, bool), say: &Say) -> Done {
    if !propose {
        let credits = office.credits(actor, programme)?;
        match say.json {
            true => say.document(&credits_document(&credits)),
            false => say_credits(&credits, say),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (task, is_new) = office.propose_credits(actor, programme)?;
    let hash = hex(&task.hash);
    let document = json!({
        "task": task.id.to_string(),
        "hash": hash,
        "credit_rupiah": task.effect.0,
        "new": is_new,
    });
    let (id, effect) = (task.id.to_string(), task.effect.to_string());
    let values = [("task", id.as_str()), ("hash", &hash), ("amount", &effect)];
    say.record(&document, &say.words.with("credit-waits", &values));
    Ok(ExitCode::from(4))
}

fn credits_document(credits: &Credits) -> Value {
    let found = credits.found.iter().map(|one| {
        json!({
            "person": one.paid.person.to_string(),
            "month": one.paid.month.to_string(),
            "scheme": one.scheme.map(Scheme::name),
            "died": one.paid.died.to_string(),
            "rupiah": one.paid.rupiah.0,
            "other_name": one.other_name,
        })
    });
    let owed = credits.owed.iter().map(|one| {
        let recovery = &one.recovery;
        json!({
            "person": recovery.paid.person.to_string(),
            "month": recovery.paid.month.to_string(),
            "scheme": one.scheme.map(Scheme::name),
            "died": recovery.paid.died.to_string(),
            "rupiah": recovery.paid.rupiah.0,
            "recovered_on": recovery.recovered_on.to_string(),
            "on_bill": recovery.on_bill.map(|(month, _)| month.to_string()),
            "bill_state": recovery.on_bill.map(|(_, state)| state.name()),
            "wrong": one.is_wrong,
        })
    });
    json!({
        "programme": &*credits.programme.0,
        "found_rupiah": credits.found_rupiah().0,
        "outstanding_rupiah": credits.outstanding().0,
        "found": found.collect::<Vec<_>>(),
        "owed": owed.collect::<Vec<_>>(),
        "task": credits.task.as_ref().map(|task| task.id.to_string()),
    })
}

/// "JKK", or that it was for all schemes.
fn scheme_words(scheme: Option<Scheme>, say: &Say) -> String {
    match scheme {
        Some(scheme) => scheme.name().to_uppercase(),
        None => say.words.get("credit-all-schemes"),
    }
}

fn say_credits(credits: &Credits, say: &Say) {
    let words = say.words;
    for one in &credits.found {
        let (month, died) = (one.paid.month.in_words(), one.paid.died.in_words());
        let key = if one.other_name { "credit-found-other-name" } else { "credit-found-line" };
        let scheme = scheme_words(one.scheme, say);
        let name = one.person.name.as_str();
        let values = [("name", name), ("month", &month), ("scheme", &scheme), ("died", &died)];
        say.line(&format!("{:>14}  {}", one.paid.rupiah, words.with(key, &values)));
    }
    for one in &credits.owed {
        let paid = &one.recovery.paid;
        let name = one.person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
        let month = paid.month.in_words();
        let on = match one.recovery.on_bill {
            _ if one.is_wrong => words.get("credit-wrong"),
            None => words.get("credit-open"),
            Some((bill, state)) => {
                let key = match state {
                    BillState::Posted => "credit-taken-off",
                    _ => "credit-on-bill",
                };
                words.with(key, &[("month", &bill.in_words())])
            }
        };
        let scheme = scheme_words(one.scheme, say);
        let values = [("name", name.as_str()), ("month", &month), ("scheme", &scheme), ("on", &on)];
        say.line(&format!("{:>14}  {}", paid.rupiah, words.with("credit-owed-line", &values)));
    }
    let outstanding = credits.outstanding().to_string();
    say.line(&words.with("credit-outstanding", &[("amount", &outstanding)]));
}

fn list(
    office: &Office,
    actor: &Actor,
    programme: Option<&str>,
    say: &Say,
) -> Result<(), AppError> {
    let mut bills = office.bills(actor)?;
    if let Some(code) = programme {
        let programme = office.programme(code)?;
        bills.retain(|bill| bill.programme == programme.id);
    }
    if say.json {
        let bills = bills.iter().map(|bill| {
            json!({
                "bill": bill.id.to_string(),
                "reference": payment_reference(bill),
                "month": bill.month.to_string(),
                "state": bill.state.name(),
                "standing": standing(bill),
                "revision": bill.revision,
                "people": bill.people,
                "credit_rupiah": bill.credit.0,
                "total_rupiah": bill.total.0,
                "due": bill.issued.map(|(_, due)| due.to_string()),
            })
        });
        say.document(&json!(bills.collect::<Vec<_>>()));
        return Ok(());
    }
    for bill in bills {
        let state = say.words.get(&format!("bill-{}", standing(&bill)));
        let (total, reference) = (bill.total.to_string(), payment_reference(&bill));
        say.line(&format!("{}  {reference}  {total:>18}  {state}", bill.month));
    }
    Ok(())
}
