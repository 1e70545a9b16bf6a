//! `payung task …` and `payung setting …`: what waits for other eyes, and when how many must look.

use std::process::ExitCode;

use app::bank::{MATCH_POLICY, SUSPENSE_AGES};
use app::candidates::OVERLAP_RULE;
use app::error::{AppError, ErrorKind};
use app::intake::Receipt;
use app::office::{Actor, Office, Operation};
use app::outreach::{OUTREACH_EFFECT_DAYS, OUTREACH_WINDOW_DAYS};
use app::prints::hex;
use app::sipp::IDENTITY_UNTIL;
use app::tasks::{
    APPROVAL_BANDS, EyeSettings, IMPORT_LIMITS, ImportFacts, State, TaskOverview, Verdict,
};
use base::money::grouped;
use base::{Id, Rupiah};
use domain::task::Task;
use serde_json::{Value, json};

use super::funds::{first_document, first_line};
use super::import::{print_report, receipt_document};
use super::lists::parse_hash;
use super::people::{file_documents, print_files};
use crate::cli::{Global, SettingCommand, TaskCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// Lists, shows, approves or returns.
pub fn task(global: &Global, say: &Say, command: &TaskCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match command {
        TaskCommand::List => {
            for found in office.open_tasks(&actor)? {
                match say.json {
                    true => say.document(&document(&found)),
                    false => say.line(&line(&found, say)),
                }
            }
        }
        TaskCommand::Show { id } => show(&office, &actor, id, say)?,
        TaskCommand::Approve { id, hash } => {
            let verdict = Verdict::Approve(parse_hash(hash)?);
            decided(&office, &actor, id, &verdict, say)?;
        }
        TaskCommand::Return { id, reason } => {
            decided(&office, &actor, id, &Verdict::Return(reason.as_str().into()), say)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows settings, or changes one.
pub fn setting(global: &Global, say: &Say, command: &SettingCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::Settings)?;
    if let SettingCommand::Set { name, value } = command {
        match name.as_str() {
            APPROVAL_BANDS | IMPORT_LIMITS => {
                if let Some(task) = office.change_eyes(&actor, name, value)? {
                    return Ok(say_setting_waits(name, &task, say));
                }
            }
            OVERLAP_RULE => office.set_overlap_rule(&actor, value)?,
            IDENTITY_UNTIL => office.set_sipp_identity_until(&actor, value)?,
            SUSPENSE_AGES | MATCH_POLICY => office.set_bank_setting(&actor, name, value)?,
            OUTREACH_EFFECT_DAYS | OUTREACH_WINDOW_DAYS => {
                office.set_outreach_term(&actor, name, value)?;
            }
            other => return Err(AppError::usage("SETTING_UNKNOWN", other).into()),
        }
    }
    let EyeSettings { bands, limits, .. } = office.eye_settings(&actor)?;
    let rule = office.overlap_rule()?.map_or("", |rule| rule.name());
    let until = office.sipp_identity_until()?.unwrap_or_default();
    let (ages, policy) = office.bank_settings()?;
    let outreach = office.outreach_terms()?;
    match say.json {
        true => say.document(&json!({
            APPROVAL_BANDS: bands,
            IMPORT_LIMITS: limits,
            OVERLAP_RULE: rule,
            IDENTITY_UNTIL: until,
            SUSPENSE_AGES: ages,
            MATCH_POLICY: policy,
            OUTREACH_EFFECT_DAYS: outreach.effect_days.to_string(),
            OUTREACH_WINDOW_DAYS: outreach.window_days.to_string(),
        })),
        false => {
            say.line(&format!("{APPROVAL_BANDS}  {bands}"));
            say.line(&format!("{IMPORT_LIMITS}  {limits}"));
            say.line(&format!("{OVERLAP_RULE}  {rule}"));
            say.line(&format!("{IDENTITY_UNTIL}  {until}"));
            say.line(&format!("{SUSPENSE_AGES}  {ages}"));
            say.line(&format!("{MATCH_POLICY}  {policy}"));
            say.line(&format!("{OUTREACH_EFFECT_DAYS}  {}", outreach.effect_days));
            say.line(&format!("{OUTREACH_WINDOW_DAYS}  {}", outreach.window_days));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A setting that another person has to agree to first.
fn say_setting_waits(name: &str, task: &Task, say: &Say) -> ExitCode {
    let (id, hash) = (task.id.to_string(), hex(&task.hash));
    let document = json!({"setting": name, "changed": false, "task": id, "hash": hash});
    let values = [("name", name), ("task", &*id), ("hash", &*hash)];
    say.record(&document, &say.words.with("setting-waits", &values));
    ExitCode::from(ErrorKind::NeedsAnother.exit_code())
}

fn show(office: &Office, actor: &Actor, id: &str, say: &Say) -> Result<(), AppError> {
    let found = office.task(actor, task_id(id)?)?;
    let list = office.list_facts(actor, found.record.task.id)?;
    if say.json {
        let mut document = document(&found);
        if let Some(list) = &list {
            document["first_ceiling"] = first_document(&list.ceiling);
        }
        say.document(&document);
        return Ok(());
    }
    let task = &found.record.task;
    let words = say.words;
    say.pairs(&[
        (words.get("task-what"), words.get(&format!("task-kind-{}", task.kind.name()))),
        (words.get("task-state"), words.get(&format!("task-state-{}", task.state.name()))),
        (words.get("task-maker"), found.maker.to_string()),
        (words.get("task-effect"), task.effect.to_string()),
        (words.get("task-approvals"), approvals(&found)),
        (words.get("list-hash"), hex(&task.hash)),
    ]);
    if let Some(list) = &list {
        say.pairs(&[(words.get("fund-first"), first_line(&list.ceiling, say))]);
    }
    match ImportFacts::read(&found.record) {
        Some(facts) => say.pairs(&import_pairs(&facts, say)),
        None => found.record.content.lines().for_each(|line| say.line(&format!("  {line}"))),
    }
    for (name, given) in &found.verdicts {
        match &given.verdict {
            Verdict::Approve(_) => say.line(&format!("  + {name}")),
            Verdict::Return(reason) => say.line(&format!("  - {name}: {reason}")),
        }
    }
    Ok(())
}

/// What a large file comes to, in the order in which an approver asks.
fn import_pairs(facts: &ImportFacts, say: &Say) -> Vec<(String, String)> {
    let counts = facts.counts();
    let mut pairs: Vec<(String, String)> =
        counts.iter().map(|(key, count)| (say.words.get(key), grouped(*count))).collect();
    let monthly = Rupiah(facts.monthly_rupiah).to_string();
    let more = [
        ("intake-monthly", monthly),
        ("intake-months", facts.months.to_string()),
        ("intake-committed", facts.committed().to_string()),
        ("import-sheet", facts.sheet.clone()),
        ("import-bytes", facts.bytes_sha256.clone()),
    ];
    pairs.extend(more.map(|(key, value)| (say.words.get(key), value)));
    let cited = facts.rules.iter();
    let rule = |(_, source, article): &(String, String, String)| {
        (say.words.get("web-rule-basis"), format!("{source} {article}"))
    };
    pairs.extend(cited.map(rule));
    pairs
}

fn decided(
    office: &Office,
    actor: &Actor,
    id: &str,
    verdict: &Verdict,
    say: &Say,
) -> Result<(), AppError> {
    let state: State = office.decide_task(actor, task_id(id)?, verdict)?;
    let taken_in = match state {
        State::Approved => office.finish_import(&office.task(actor, task_id(id)?)?)?,
        _ => None,
    };
    let left = match state {
        State::Approved => office.left_by_erasure(&office.task(actor, task_id(id)?)?)?,
        _ => None,
    };
    if say.json {
        let mut document = json!({"task": id, "state": state.name()});
        if let Some(files) = &left {
            document["sheets"] = file_documents(files);
        }
        if let Some(report) = taken_in {
            let receipt = Receipt::Decided(Box::new(report));
            document["import"] = receipt_document(id, &receipt, say);
        }
        say.document(&document);
        return Ok(());
    }
    say.line(&say.words.get(&format!("task-state-{}", state.name())));
    if let Some(files) = &left {
        say.line(&say.words.get("person-erased"));
        print_files(files, say);
    }
    if let Some(report) = taken_in {
        print_report(&report, say);
    }
    Ok(())
}

fn document(found: &TaskOverview) -> Value {
    let task = &found.record.task;
    let verdicts = found.verdicts.iter().map(|(name, given)| match &given.verdict {
        Verdict::Approve(hash) => json!({"by": name, "verdict": "approve", "hash": hex(hash)}),
        Verdict::Return(reason) => json!({"by": name, "verdict": "return", "reason": reason}),
    });
    json!({
        "task": task.id.to_string(),
        "kind": task.kind.name(),
        "state": task.state.name(),
        "maker": &*found.maker,
        "effect_rupiah": task.effect.0,
        "approvers": task.approvers,
        "hash": hex(&task.hash),
        "content": &*found.record.content,
        "programme": found.programme.as_ref().map(|(code, _)| &**code),
        "fund": found.fund.as_deref(),
        "mine_to_decide": found.mine_to_decide,
        "verdicts": verdicts.collect::<Vec<_>>(),
    })
}

fn line(found: &TaskOverview, say: &Say) -> String {
    let task = &found.record.task;
    let kind = say.words.get(&format!("task-kind-{}", task.kind.name()));
    let (effect, maker) = (task.effect.to_string(), &found.maker);
    let about = found.programme.as_ref().map(|(code, _)| code).or(found.fund.as_ref());
    let about = about.map(|code| format!("  {code}")).unwrap_or_default();
    let approvals = approvals(found);
    format!("{}  {kind}  {effect:>18}  {maker}  {approvals}{about}", task.id)
}

fn approvals(found: &TaskOverview) -> String {
    let given = found.verdicts.iter();
    let given = given.filter(|(_, given)| matches!(given.verdict, Verdict::Approve(_)));
    format!("{}/{}", given.count(), found.record.task.approvers)
}

fn task_id(text: &str) -> Result<Id<Task>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("TASK_UNKNOWN", text))
}
