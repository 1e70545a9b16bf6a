//! `payung fund …`: funds added, looked at in figures, and given another ceiling by two people.

use std::process::ExitCode;

use app::error::AppError;
use app::funds::{
    CeilingCheck, CeilingState, FundFigures, FundFile, FundShown, NewFund, Revised, RevisionShown,
};
use app::office::{Actor, Office, Operation};
use app::prints::hex;
use app::tasks::{State, Verdict};
use rules::{FundKind, GovernmentPaid};
use serde_json::{Value, json};

use super::lists::parse_hash;
use crate::cli::{FundAddArgs, FundCommand, FundReviseArgs, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// Adds, lists, shows, revises, approves.
pub fn run(global: &Global, say: &Say, command: &FundCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        FundCommand::Add(args) => add(&office, global, args, say)?,
        FundCommand::List => {
            let actor = office.actor(&global.actor, Operation::ReadMoney)?;
            for shown in office.fund_overview(&actor)? {
                match say.json {
                    true => say.document(&document(&shown)),
                    false => say.line(&line(&shown, say)),
                }
            }
        }
        FundCommand::Show { code } => {
            let actor = office.actor(&global.actor, Operation::ReadMoney)?;
            let file = office.fund_file(&actor, code)?;
            match say.json {
                true => say.document(&file_document(&file)),
                false => show(&file, say),
            }
        }
        FundCommand::Check { code, hash } => {
            let actor = office.actor(&global.actor, Operation::Approve)?;
            check(&office, &actor, code, hash.as_deref(), say)?;
        }
        FundCommand::AskCheck { code } => {
            let actor = office.actor(&global.actor, Operation::SetUp)?;
            return ask_check(&office, &actor, code, say);
        }
        FundCommand::Revise(args) => return revise(&office, global, args, say),
        FundCommand::ApproveRevision { code, hash } => {
            let actor = office.actor(&global.actor, Operation::Approve)?;
            approve(&office, &actor, code, hash.as_deref(), say)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn add(office: &Office, global: &Global, args: &FundAddArgs, say: &Say) -> Result<(), AppError> {
    let actor = office.actor(&global.actor, Operation::SetUp)?;
    let kind = FundKind::from_name(&args.kind)
        .ok_or_else(|| AppError::usage("KIND_UNKNOWN", args.kind.as_str()))?;
    let new = NewFund {
        code: &args.code,
        kind,
        ceiling: commands::rupiah(&args.ceiling)?,
        year: args.year,
        account: &args.account,
        earmark: &args.earmark,
    };
    let fund = office.add_fund_with(&actor, &new)?;
    let check = office.first_ceiling(&actor, &fund.code)?;
    match say.json {
        true => {
            let mut document = json!({"fund": &*fund.code, "id": fund.id.to_string()});
            document["first_ceiling"] = first_document(&check);
            say.document(&document);
        }
        false => {
            say.line(&fund.code);
            say_waits(&fund.code, &check, say);
        }
    }
    Ok(())
}

/// Asks for a look at a first ceiling: 4 while somebody else has to act.
fn ask_check(office: &Office, actor: &Actor, code: &str, say: &Say) -> Done {
    let check = office.ask_ceiling_check(actor, code)?;
    match say.json {
        true => say.document(&json!({"fund": code, "first_ceiling": first_document(&check)})),
        false => {
            say.line(&first_line(&check, say));
            say_waits(code, &check, say);
        }
    }
    let waits = check.state == CeilingState::Waits;
    Ok(if waits { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

fn check(
    office: &Office,
    actor: &Actor,
    code: &str,
    hash: Option<&str>,
    say: &Say,
) -> Result<(), AppError> {
    let task = office.waiting_ceiling(actor, code)?;
    let seen = hash.map(parse_hash).transpose()?.unwrap_or(task.hash);
    let state: State = office.decide_task(actor, task.id, &Verdict::Approve(seen))?;
    let fund = office.fund(code)?;
    let said = say.words.get(&format!("task-state-{}", state.name()));
    let document = json!({"fund": code, "state": state.name(), "ceiling_rupiah": fund.ceiling.0});
    say.record(&document, &format!("{said}: {code}  {}", fund.ceiling));
    Ok(())
}

/// What somebody else has to type, while the first ceiling waits.
fn say_waits(code: &str, check: &CeilingCheck, say: &Say) {
    if let Some(task) = &check.task {
        let hash = hex(&task.hash);
        say.line(&say.words.with("fund-first-cli", &[("fund", code), ("hash", &hash)]));
    }
}

/// How far a first ceiling has been looked at, who set it and who agreed.
pub(super) fn first_line(check: &CeilingCheck, say: &Say) -> String {
    let words = say.words;
    let mut parts = vec![words.get(&format!("fund-first-{}", check.state.name()))];
    if check.state != CeilingState::Nothing {
        parts.push(match &check.set_by {
            Some(by) => words.with("fund-first-set", &[("by", by)]),
            None => words.get("fund-first-set-unknown"),
        });
    }
    if !check.agreed_by.is_empty() {
        parts.push(words.with("fund-first-by", &[("by", &check.agreed_by.join(", "))]));
    }
    parts.join(", ")
}

pub(super) fn first_document(check: &CeilingCheck) -> Value {
    json!({
        "state": check.state.name(),
        "set_by": check.set_by.as_deref(),
        "agreed_by": check.agreed_by,
        "task": check.task.as_ref().map(|task| task.id.to_string()),
        "hash": check.task.as_ref().map(|task| hex(&task.hash)),
    })
}

fn revise(office: &Office, global: &Global, args: &FundReviseArgs, say: &Say) -> Done {
    let actor = office.actor(&global.actor, Operation::SetUp)?;
    let effective = match &args.effective {
        Some(text) => commands::day(text)?,
        None => office.today(),
    };
    let asked = Revised {
        ceiling: commands::rupiah(&args.ceiling)?,
        basis: &args.basis,
        effective,
        reason: &args.reason,
    };
    let shown = office.propose_revision(&actor, &args.code, &asked)?;
    match say.json {
        true => say.document(&revision_document(&shown)),
        false => {
            say.line(&revision_line(&shown, say));
            let hash = hex(&shown.revision.hash());
            let values = [("fund", args.code.as_str()), ("hash", hash.as_str())];
            say.line(&say.words.with("fund-revision-waits", &values));
        }
    }
    // Somebody else has to act now, unless it was approved before.
    Ok(if shown.state == State::Open { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

fn approve(
    office: &Office,
    actor: &Actor,
    code: &str,
    hash: Option<&str>,
    say: &Say,
) -> Result<(), AppError> {
    let id = office.waiting_revision(actor, code)?;
    let seen = match hash {
        Some(text) => parse_hash(text)?,
        None => office.task(actor, id)?.record.task.hash,
    };
    let state: State = office.decide_task(actor, id, &Verdict::Approve(seen))?;
    let fund = office.fund(code)?;
    match say.json {
        true => say.document(&json!({
            "fund": code,
            "state": state.name(),
            "ceiling_rupiah": fund.ceiling.0,
        })),
        false => {
            let state = say.words.get(&format!("task-state-{}", state.name()));
            say.line(&format!("{state}: {code}  {}", fund.ceiling));
        }
    }
    Ok(())
}

fn show(file: &FundFile, say: &Say) {
    let (shown, words) = (&file.shown, say.words);
    let fund = &shown.fund;
    let paid = words.get(&format!("fund-paid-{}", paid_name(shown.rules.paid)));
    let status = words.get(&format!("status-{}", shown.rules.paid_by.1.name()));
    let mut pairs = vec![
        (words.get("fund-code"), fund.code.to_string()),
        (words.get("fund-kind"), shown.rules.name.clone()),
        (words.get("fund-paid"), format!("{paid} ({}, {status})", shown.rules.paid_by.0)),
    ];
    if let Some((article, _)) = &shown.rules.newcomers_only {
        pairs.push((words.get("fund-newcomers"), article.clone()));
    }
    let texts = [
        ("fund-year", fund.year.map(|year| year.to_string())),
        ("fund-account", fund.account.as_deref().map(str::to_owned)),
        ("fund-earmark", fund.earmark.as_deref().map(str::to_owned)),
    ];
    pairs.extend(texts.into_iter().filter_map(|(key, text)| Some((words.get(key), text?))));
    pairs.extend(
        amounts(&shown.figures)
            .into_iter()
            .map(|(name, amount)| (words.get(&format!("fund-{name}")), amount.to_string())),
    );
    if let Some(until) = file.until {
        pairs.push((words.get("fund-until"), until.in_words()));
    }
    pairs.push((words.get("fund-first"), first_line(&shown.ceiling, say)));
    say.pairs(&pairs);
    for (programme, money, expected) in &file.programmes {
        let (bound, billed) = (money.approved, money.billed);
        say.line(&format!("  {}  {bound}  {billed}  {expected}", programme.code));
    }
    for revision in &file.revisions {
        say.line(&format!("  {}", revision_line(revision, say)));
    }
}

fn line(shown: &FundShown, say: &Say) -> String {
    let figures = &shown.figures;
    let free = say.words.get("fund-free");
    let year = shown.fund.year.map(|year| year.to_string()).unwrap_or_default();
    let (code, kind) = (&shown.fund.code, shown.fund.kind.name());
    let (ceiling, left) = (figures.ceiling, figures.free());
    format!("{code}  {kind}  {year}  {ceiling}  {free}: {left}")
}

fn revision_line(shown: &RevisionShown, say: &Say) -> String {
    let revision = &shown.revision;
    let state = say.words.get(&format!("task-state-{}", shown.state.name()));
    let (before, after) = (revision.before, revision.after);
    let (basis, day) = (&revision.basis, revision.effective);
    format!("{day}  {before} → {after}  {state}  {basis}  {}", revision.reason)
}

/// The amounts of a fund by their stable names.
fn amounts(figures: &FundFigures) -> [(&'static str, base::Rupiah); 9] {
    [
        ("ceiling", figures.ceiling),
        ("proposed", figures.proposed),
        ("committed", figures.committed),
        ("billed", figures.billed),
        ("paid-out", figures.paid),
        ("free", figures.free()),
        ("expected", figures.expected),
        ("in-vain", figures.bound_in_vain()),
        ("unspent", figures.unspent()),
    ]
}

fn paid_name(paid: GovernmentPaid) -> &'static str {
    match paid {
        GovernmentPaid::Yes => "yes",
        GovernmentPaid::No => "no",
        GovernmentPaid::Open { .. } => "open",
    }
}

fn document(shown: &FundShown) -> Value {
    let (fund, figures) = (&shown.fund, &shown.figures);
    json!({
        "fund": &*fund.code,
        "kind": fund.kind.name(),
        "year": fund.year,
        "account": fund.account.as_deref(),
        "earmark": fund.earmark.as_deref(),
        "government_paid": paid_name(shown.rules.paid),
        "government_paid_article": shown.rules.paid_by.0,
        "government_paid_status": shown.rules.paid_by.1.name(),
        "newcomers_only": shown.rules.newcomers_only.as_ref().map(|(article, _)| article),
        "ceiling_rupiah": figures.ceiling.0,
        "proposed_rupiah": figures.proposed.0,
        "committed_rupiah": figures.committed.0,
        "billed_rupiah": figures.billed.0,
        "paid_rupiah": figures.paid.0,
        "free_rupiah": figures.free().0,
        "first_ceiling": first_document(&shown.ceiling),
    })
}

fn file_document(file: &FundFile) -> Value {
    let mut document = document(&file.shown);
    let figures = &file.shown.figures;
    document["expected_rupiah"] = json!(figures.expected.0);
    document["bound_in_vain_rupiah"] = json!(figures.bound_in_vain().0);
    document["unspent_rupiah"] = json!(figures.unspent().0);
    document["until"] = json!(file.until.map(|day| day.to_string()));
    let programmes = file.programmes.iter().map(|(programme, money, expected)| {
        json!({
            "programme": &*programme.code,
            "proposed_rupiah": money.proposed.0,
            "approved_rupiah": money.approved.0,
            "billed_rupiah": money.billed.0,
            "paid_rupiah": money.paid.0,
            "expected_rupiah": expected.0,
        })
    });
    document["programmes"] = programmes.collect();
    document["revisions"] = file.revisions.iter().map(revision_document).collect();
    document
}

fn revision_document(shown: &RevisionShown) -> Value {
    let revision = &shown.revision;
    json!({
        "task": shown.task().to_string(),
        "before_rupiah": revision.before.0,
        "after_rupiah": revision.after.0,
        "basis": &*revision.basis,
        "effective": revision.effective.to_string(),
        "reason": &*revision.reason,
        "maker": &*shown.maker,
        "state": shown.state.name(),
        "hash": hex(&revision.hash()),
    })
}
