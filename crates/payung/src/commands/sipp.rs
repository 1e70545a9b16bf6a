//! `payung sipp …`: files to BPJS and its replies; `payung tieout`: annex, list, reply and bill.

use std::path::Path;
use std::process::ExitCode;

use app::error::AppError;
use app::office::{Actor, Office, Operation};
use app::sipp::{
    Employer, RejectedPerson, ReplyAnswer, ReplyOutcome, ReplyReceived, ReplyRowShown, ReplyWindow,
    SippAsked, SippFile, SippKind, SippSent, SippSheet, TieOutShown, Verdict, VillageRejections,
};
use base::Id;
use base::money::grouped;
use serde_json::{Map, Value, json};

use crate::cli::{
    EmployerArgs, Global, ReplyArgs, SippAnswerArgs, SippCommand, SippExportArgs, SippKindArg,
    TieoutArgs, VerdictArg,
};
use crate::commands::{self, Done};
use crate::say::{REFUSED, Say};

/// Rows of people that need somebody: the exit code says so.
const NEEDS_FIXING: u8 = 3;

/// Employers, exports, replies, rejections.
pub fn sipp(global: &Global, say: &Say, command: &SippCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match command {
        SippCommand::Employer(args) => employer(&office, &actor, args, say)?,
        SippCommand::Columns { file, reset } => {
            columns(&office, &actor, (file.as_deref(), *reset), say)?;
        }
        SippCommand::Export(args) => return export(&office, &actor, args, say),
        SippCommand::List => list(&office, &actor, say)?,
        SippCommand::Reply(args) => return reply(&office, &actor, args, say),
        SippCommand::Replies => replies(&office, &actor, say)?,
        SippCommand::Rows { id, outcome } => rows(&office, &actor, (id, outcome.as_deref()), say)?,
        SippCommand::Answer(args) => answer(&office, &actor, args, say)?,
        SippCommand::Rejections { programme, text, people } => {
            let programme = programme.as_deref();
            match people {
                true => rejected(&office, &actor, programme, say)?,
                false => rejections(&office, &actor, (programme, *text), say)?,
            }
        }
        SippCommand::Mended { person, programme, reason } => {
            let person = parsed(person, "PERSON_UNKNOWN")?;
            let state = office.mend_rejection(&actor, programme, person, reason)?;
            say_state(say, state.name());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn say_state(say: &Say, state: &str) {
    match say.json {
        true => say.document(&json!({ "state": state })),
        false => say.line(&say.words.get(&format!("sipp-standing-{state}"))),
    }
}

fn employer(
    office: &Office,
    actor: &Actor,
    args: &EmployerArgs,
    say: &Say,
) -> Result<(), AppError> {
    let all = match (&args.npp, &args.name) {
        (Some(npp), Some(name)) => {
            let territory = args.territory.as_deref().map(commands::region).transpose()?;
            vec![office.set_sipp_employer(actor, &args.programme, territory, (npp, name))?]
        }
        _ => office.sipp_employers(actor, &args.programme)?,
    };
    for one in &all {
        say_employer(one, say);
    }
    Ok(())
}

fn say_employer(one: &Employer, say: &Say) {
    let (territory, npp, name) = (one.territory.to_string(), one.npp.as_str(), &*one.name);
    match say.json {
        true => say.document(&json!({"territory": territory, "npp": npp, "name": name})),
        false => say.line(&format!("{territory}  {npp}  {name}")),
    }
}

fn export(office: &Office, actor: &Actor, args: &SippExportArgs, say: &Say) -> Done {
    let sheet = args.columns.as_deref().map(own_sheet).transpose()?;
    let asked = SippAsked {
        programme: &args.programme,
        kind: kind_of(args.kind),
        month: commands::month(&args.month)?,
        all: args.all,
        sheet: sheet.as_ref(),
    };
    let sent = match args.dry_run {
        true => office.sipp_preview(actor, &asked)?,
        false => office.sipp_send(actor, &asked)?,
    };
    let mut written = Vec::new();
    if let (Some(submission), Some(out)) = (&sent.submission, &args.out)
        && !args.dry_run
    {
        let (_, _, files) = office.sipp_files(actor, submission.id, sheet.as_ref())?;
        for file in files {
            commands::write_file(&out.join(&file.path), &file.bytes)?;
            written.push(file);
        }
    }
    match say.json {
        true => say.document(&sent_document(&asked, &sent, &written)),
        false => say_sent(&sent, &written, say),
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows the columns of the list for the branch, or keeps others.
fn columns(
    office: &Office,
    actor: &Actor,
    (file, reset): (Option<&Path>, bool),
    say: &Say,
) -> Result<(), AppError> {
    let text = file.map(text_of).transpose()?;
    let changed = match (&text, reset) {
        (None, false) => None,
        (text, _) => Some(office.set_sipp_columns(actor, text.as_deref())?),
    };
    let columns = office.sipp_sheet(SippKind::Roster)?.columns_text();
    let document = json!({"changed": changed, "columns": columns.lines().collect::<Vec<_>>()});
    say.record(&document, columns.trim_end());
    Ok(())
}

fn text_of(path: &Path) -> Result<String, AppError> {
    let unread = |_| AppError::not_found("FILE_UNREADABLE", path.display().to_string());
    std::fs::read_to_string(path).map_err(unread)
}

fn own_sheet(path: &Path) -> Result<SippSheet, AppError> {
    let text = text_of(path)?;
    SippSheet::parse(&text).map_err(|line| AppError::usage("SIPP_COLUMNS", line.0.to_string()))
}

fn say_sent(sent: &SippSent, written: &[SippFile], say: &Say) {
    let words = say.words;
    let (people, held) = (grouped(sent.people), grouped(sent.held.len() as u64));
    say.line(&words.with("sipp-sent", &[("people", &people), ("held", &held)]));
    for (code, count) in held_counts(sent) {
        say.line(&format!("  {}: {count}", words.get(&format!("sipp-held-{code}"))));
    }
    if sent.wants_identity_until {
        say.line(&words.get("sipp-identity-until"));
    }
    for file in written {
        say.line(&format!("{}  {}", file.path, grouped(file.rows as u64)));
    }
}

fn sent_document(asked: &SippAsked<'_>, sent: &SippSent, written: &[SippFile]) -> Value {
    let held = sent.held.iter().map(|line| {
        json!({
            "person": line.person.id.to_string(),
            "name": line.person.name,
            "reason": line.held.code(),
        })
    });
    let files = written.iter().map(|file| json!({"path": file.path, "rows": file.rows}));
    let by_reason: Map<String, Value> = held_counts(sent).into_iter().collect();
    json!({
        "programme": asked.programme,
        "kind": asked.kind.name(),
        "month": asked.month.to_string(),
        "submission": sent.submission.as_ref().map(|one| one.id.to_string()),
        "new": sent.is_new,
        "people": sent.people,
        "held_back": sent.held.len(),
        "held_by_reason": by_reason,
        "held": held.collect::<Vec<_>>(),
        "wants_identity_until": sent.wants_identity_until,
        "files": files.collect::<Vec<_>>(),
    })
}

fn held_counts(sent: &SippSent) -> Vec<(String, Value)> {
    let count = |code: &&str| sent.held.iter().filter(|line| line.held.code() == *code).count();
    let codes = app::sipp::HeldBack::CODES.iter();
    let counts = codes.map(|code| (code.to_string(), count(code)));
    counts.filter(|(_, count)| *count > 0).map(|(code, count)| (code, json!(count))).collect()
}

fn list(office: &Office, actor: &Actor, say: &Say) -> Result<(), AppError> {
    for (one, programme) in office.sipp_submissions(actor)? {
        let (kind, month) = (one.kind.name(), one.month.to_string());
        match say.json {
            true => say.document(&json!({
                "submission": one.id.to_string(),
                "programme": &*programme.code,
                "kind": kind,
                "month": month,
                "people": one.people,
                "held_back": one.held,
                "made_at_ms": one.made_at_ms,
            })),
            false => {
                let kind = say.words.get(&format!("sipp-kind-{kind}"));
                say.line(&format!("{}  {month}  {}  {kind}", programme.code, one.people));
            }
        }
    }
    Ok(())
}

fn reply(office: &Office, actor: &Actor, args: &ReplyArgs, say: &Say) -> Done {
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let received = ReplyReceived {
        path: &args.file,
        file_name: name.as_deref().unwrap_or("balasan"),
        programme: &args.programme,
        told: args.says.map(verdict_of),
    };
    let receipt = match office.take_sipp_reply(actor, &received)? {
        Ok(receipt) => receipt,
        Err(refusal) => {
            let said = say.words.file_refusal(&refusal);
            match say.json {
                true => say.document(&json!({"refused": refusal.code, "reason": said.what})),
                false => say.line(&format!("{} {}", said.what, said.remedy)),
            }
            return Ok(ExitCode::from(REFUSED));
        }
    };
    if say.json {
        say.document(&json!({
            "reply": receipt.reply.id.to_string(),
            "new": receipt.is_new,
            "rows": receipt.outcomes.iter().map(|(_, count)| count).sum::<u64>(),
            "outcomes": outcomes_document(&receipt.outcomes),
        }));
    } else {
        if !receipt.is_new {
            say.line(&say.words.get("sipp-reply-known"));
        }
        say_outcomes(&receipt.outcomes, say);
    }
    let waits = receipt.outcomes.iter().any(|(outcome, _)| outcome.needs_somebody());
    Ok(if waits { ExitCode::from(NEEDS_FIXING) } else { ExitCode::SUCCESS })
}

fn say_outcomes(outcomes: &[(ReplyOutcome, u64)], say: &Say) {
    let pairs: Vec<(String, String)> = outcomes
        .iter()
        .map(|(outcome, count)| {
            (say.words.get(&format!("sipp-outcome-{}", outcome.name())), grouped(*count))
        })
        .collect();
    say.pairs(&pairs);
}

fn outcomes_document(outcomes: &[(ReplyOutcome, u64)]) -> Value {
    let counts = outcomes.iter().map(|(outcome, count)| (outcome.name().to_owned(), json!(count)));
    Value::Object(counts.collect())
}

fn replies(office: &Office, actor: &Actor, say: &Say) -> Result<(), AppError> {
    for (one, programme, outcomes) in office.sipp_replies(actor)? {
        match say.json {
            true => say.document(&json!({
                "reply": one.id.to_string(),
                "programme": &*programme.code,
                "received_on": one.received_on.to_string(),
                "outcomes": outcomes_document(&outcomes),
            })),
            false => {
                say.line(&format!("{}  {}  {}", one.id, one.received_on, programme.code));
                say_outcomes(&outcomes, say);
            }
        }
    }
    Ok(())
}

fn rows(
    office: &Office,
    actor: &Actor,
    (id, outcome): (&str, Option<&str>),
    say: &Say,
) -> Result<(), AppError> {
    let outcome = match outcome {
        None => None,
        Some(name) => {
            let unknown = || AppError::usage("KIND_UNKNOWN", name);
            Some(ReplyOutcome::from_name(name).ok_or_else(unknown)?)
        }
    };
    let window = ReplyWindow { outcome, after: None, rows_max: usize::MAX };
    let shown = office.sipp_reply(actor, parsed(id, "SIPP_REPLY_UNKNOWN")?, &window)?;
    for row in &shown.rows {
        match say.json {
            true => say.document(&row_document(row)),
            false => say_row(row, say),
        }
    }
    Ok(())
}

fn say_row(shown: &ReplyRowShown, say: &Say) {
    let row = &shown.row;
    let outcome = say.words.get(&format!("sipp-outcome-{}", row.outcome.name()));
    let name = shown.person.as_ref().map_or("", |person| &person.name);
    let reason = row.reason.map(|code| say.words.get(&format!("sipp-reason-{}", code.name())));
    let reason = reason.unwrap_or_default();
    say.line(&format!("{}:{}  {outcome}  {name}  {reason}", row.sheet + 1, row.row));
    for (person, _) in &shown.candidates {
        say.line(&format!("    {}  {}  {}", person.id, person.name, person.nik));
    }
}

fn row_document(shown: &ReplyRowShown) -> Value {
    let row = &shown.row;
    let candidates = shown.candidates.iter().map(|(person, agreement)| {
        json!({
            "person": person.id.to_string(),
            "name": person.name,
            "names": format!("{agreement:?}").to_lowercase(),
        })
    });
    json!({
        "sheet": row.sheet + 1,
        "row": row.row,
        "outcome": row.outcome.name(),
        "verdict": row.verdict.map(Verdict::name),
        "reason": row.reason.map(|code| code.name()),
        "person": shown.person.as_ref().map(|person| person.id.to_string()),
        "candidates": candidates.collect::<Vec<_>>(),
    })
}

fn answer(
    office: &Office,
    actor: &Actor,
    args: &SippAnswerArgs,
    say: &Say,
) -> Result<(), AppError> {
    let answer = match (&args.person, args.nobody, args.says) {
        (Some(person), ..) => ReplyAnswer::Person(parsed(person, "PERSON_UNKNOWN")?),
        (None, true, _) => ReplyAnswer::Nobody,
        (None, false, Some(says)) => ReplyAnswer::Says(verdict_of(says)),
        (None, false, None) => return Err(AppError::usage("SIPP_ANSWER_MISSING", "")),
    };
    let id = parsed(&args.id, "SIPP_REPLY_UNKNOWN")?;
    let outcome = office.answer_sipp_row(actor, id, place_of(&args.row)?, answer)?;
    match say.json {
        true => say.document(&json!({"outcome": outcome.name()})),
        false => say.line(&say.words.get(&format!("sipp-outcome-{}", outcome.name()))),
    }
    Ok(())
}

/// "2:14" is row 14 of the second sheet, "14" that of the first.
fn place_of(text: &str) -> Result<(u16, u32), AppError> {
    let wrong = || AppError::not_found("SIPP_ROW_UNKNOWN", "");
    let (sheet, row) = text.split_once(':').unwrap_or(("1", text));
    let sheet: u16 = sheet.parse().map_err(|_| wrong())?;
    let row = row.parse().map_err(|_| wrong())?;
    Ok((sheet.checked_sub(1).ok_or_else(wrong)?, row))
}

fn rejections(
    office: &Office,
    actor: &Actor,
    (programme, text): (Option<&str>, bool),
    say: &Say,
) -> Result<(), AppError> {
    for village in office.sipp_rejections(actor, programme)? {
        match (say.json, text) {
            (true, _) => say.document(&village_document(&village, say)),
            (false, true) => say.line(&format!("{}\n", village.text(say.words))),
            (false, false) => {
                let (name, open) = (&village.name, village.open.to_string());
                let days = village.days.to_string();
                let values = [("village", &**name), ("count", &open), ("days", &days)];
                say.line(&say.words.with("sipp-village-line", &values));
            }
        }
    }
    Ok(())
}

fn village_document(village: &VillageRejections, say: &Say) -> Value {
    let reasons = village.reasons.iter();
    let reasons = reasons.map(|(code, count)| (code.name().to_owned(), json!(count)));
    json!({
        "place": village.place.to_string(),
        "name": village.name,
        "open": village.open,
        "mended": village.mended,
        "for_village": village.for_village,
        "days": village.days,
        "reasons": Value::Object(reasons.collect()),
        "text": village.text(say.words),
    })
}

fn rejected(
    office: &Office,
    actor: &Actor,
    programme: Option<&str>,
    say: &Say,
) -> Result<(), AppError> {
    for one in office.sipp_rejected(actor, programme, None)? {
        match say.json {
            true => say.document(&rejected_document(&one)),
            false => {
                let reason = say.words.get(&format!("sipp-reason-{}", one.reason.name()));
                let state = say.words.get(&format!("sipp-standing-{}", one.state.name()));
                let person = &one.person;
                say.line(&format!(
                    "{}  {}  {}  {state}  {reason}",
                    person.id, person.name, one.days
                ));
            }
        }
    }
    Ok(())
}

fn rejected_document(one: &RejectedPerson) -> Value {
    json!({
        "person": one.person.id.to_string(),
        "name": one.person.name,
        "place": one.person.place.to_string(),
        "programme": &*one.programme,
        "state": one.state.name(),
        "reason": one.reason.name(),
        "mender": one.mender.name(),
        "since": one.since.to_string(),
        "days": one.days,
    })
}

/// Annex, list, reply, bill and cards side by side.
pub fn tieout(global: &Global, say: &Say, args: &TieoutArgs) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::ReadMoney)?;
    let shown = office.tie_out(&actor, &args.programme, commands::month(&args.month)?)?;
    if let Some(out) = &args.out {
        commands::write_file(out, &shown.workbook(&office, say.words))?;
    }
    match say.json {
        true => say.document(&tieout_document(&shown)),
        false => say_tieout(&shown, say),
    }
    let differs = !shown.out.lines.is_empty();
    Ok(if differs { ExitCode::from(NEEDS_FIXING) } else { ExitCode::SUCCESS })
}

fn say_tieout(shown: &TieOutShown, say: &Say) {
    let (words, out) = (say.words, &shown.out);
    let count = |found: Option<u64>| found.map_or_else(|| "–".to_owned(), grouped);
    let pairs = [
        ("tieout-annex", Some(out.annex)),
        ("tieout-list", Some(out.list)),
        ("tieout-accepted", Some(out.accepted)),
        ("tieout-bill", out.bill),
        ("tieout-cards", out.cards),
        ("tieout-agree", Some(out.agree)),
    ];
    say.pairs(&pairs.map(|(key, found)| (words.get(key), count(found))));
    let mut money = vec![(words.get("tieout-due-rupiah"), out.due.to_string())];
    if let Some(billed) = out.billed {
        money.push((words.get("tieout-bill-rupiah"), billed.to_string()));
    }
    for (scheme, sum) in &shown.schemes {
        let of_bill = out.billed.map_or("–".to_owned(), |_| sum.billed.1.to_string());
        let scheme = words.get(&format!("scheme-{}", scheme.name()));
        money.push((scheme, format!("{} / {of_bill}", sum.due.1)));
    }
    say.pairs(&money);
    for line in &out.lines {
        let name = shown.people.get(&line.facts.person).map_or("", |person| &person.name);
        let texts: Vec<String> = line
            .differences
            .iter()
            .map(|one| words.get(&format!("tieout-differs-{}", one.name())))
            .collect();
        say.line(&format!("{}  {name}  {}", line.facts.person, texts.join("; ")));
    }
}

fn tieout_document(shown: &TieOutShown) -> Value {
    let out = &shown.out;
    let lines = out.lines.iter().map(|line| {
        let person = shown.people.get(&line.facts.person);
        json!({
            "person": line.facts.person.to_string(),
            "name": person.map(|person| &person.name),
            "place": person.map(|person| person.place.to_string()),
            "annex": line.facts.annex,
            "list": line.facts.list,
            "reply": line.facts.reply.map(|state| state.name()),
            "bill": line.facts.bill,
            "annex_rupiah": line.facts.annexed.map(|rupiah| rupiah.0),
            "due_rupiah": line.facts.due.map(|charge| charge.rupiah.0),
            "bill_rupiah": line.facts.billed.map(|charge| charge.rupiah.0),
            "card": line.facts.card,
            "differences": line.differences.iter().map(|one| one.name()).collect::<Vec<_>>(),
        })
    });
    let schemes = shown.schemes.iter().map(|(scheme, sum)| {
        json!({
            "scheme": scheme.name(),
            "due_people": sum.due.0,
            "due_rupiah": sum.due.1.0,
            "bill_people": out.billed.map(|_| sum.billed.0),
            "bill_rupiah": out.billed.map(|_| sum.billed.1.0),
        })
    });
    json!({
        "programme": &*shown.programme.code,
        "month": shown.month.to_string(),
        "people": out.people,
        "annex": out.annex,
        "list": out.list,
        "accepted": out.accepted,
        "bill": out.bill,
        "cards": out.cards,
        "agree": out.agree,
        "annex_rupiah": out.annexed.0,
        "due_rupiah": out.due.0,
        "bill_rupiah": out.billed.map(|rupiah| rupiah.0),
        "schemes": schemes.collect::<Vec<_>>(),
        "differences": lines.collect::<Vec<_>>(),
    })
}

fn kind_of(kind: SippKindArg) -> SippKind {
    match kind {
        SippKindArg::New => SippKind::New,
        SippKindArg::Continuing => SippKind::Continuing,
        SippKindArg::Deactivation => SippKind::Deactivation,
        SippKindArg::Roster => SippKind::Roster,
        SippKindArg::Resubmission => SippKind::Resubmission,
    }
}

fn verdict_of(verdict: VerdictArg) -> Verdict {
    match verdict {
        VerdictArg::Accepted => Verdict::Accepted,
        VerdictArg::Rejected => Verdict::Rejected,
    }
}

fn parsed<K>(text: &str, unknown: &str) -> Result<Id<K>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found(unknown, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_as_people_count() {
        assert_eq!(place_of("14").ok(), Some((0, 14)));
        assert_eq!(place_of("2:14").ok(), Some((1, 14)));
        assert!(place_of("0:14").is_err() && place_of("x").is_err());
    }
}
