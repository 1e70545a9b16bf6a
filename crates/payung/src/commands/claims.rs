//! `payung claims …`: from the day it happened to the day it was paid.

use std::process::ExitCode;

use app::claims::{
    ClaimFacts, ClaimFile, ClaimFilter, ClaimKind, ClaimOpening, ClaimPaper, ClaimRow, ClaimState,
    ClaimStep, FactsTyped, PersonTyped, Reporter, StepWanted, Told, claim_number,
};
use app::error::AppError;
use app::office::{Actor, Office, Operation};
use base::Id;
use serde_json::{Value, json};

use crate::cli::{
    ClaimFactsArgs, ClaimHeirArgs, ClaimOpenArgs, ClaimStepArgs, ClaimsCommand, Global,
};
use crate::commands::{self, Done};
use crate::say::Say;

/// Opens claims and takes them to their end.
pub fn claims(global: &Global, say: &Say, command: &ClaimsCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match command {
        ClaimsCommand::Open(args) => open(&office, &actor, args, say)?,
        ClaimsCommand::Describe(args) => {
            let (id, facts) = (claim_number(&args.id)?, facts(&args.facts)?);
            office.describe_claim(&actor, id, (&facts, args.occupation.as_deref()))?;
            say_file(&office, &office.claim(&actor, id)?, say);
        }
        ClaimsCommand::List { state, kind, review } => {
            let state = known(state.as_deref(), ClaimState::from_name)?;
            let kind = known(kind.as_deref(), ClaimKind::from_name)?;
            let filter = ClaimFilter { state, kind, to_review: *review, ..ClaimFilter::default() };
            let rows = office.claims(&actor, &filter)?;
            rows.iter().for_each(|row| say.record(&row_document(row), &row_line(row, say)));
        }
        ClaimsCommand::Show { id } => {
            say_file(&office, &office.claim(&actor, claim_number(id)?)?, say);
        }
        ClaimsCommand::Paper { id, papers, on, missing } => {
            let id = claim_number(id)?;
            let on = on.as_deref().map(commands::day).transpose()?;
            let on = (!missing).then(|| on.unwrap_or_else(|| office.environment.today()));
            for paper in papers {
                office.claim_paper(&actor, id, paper, on)?;
            }
            say_file(&office, &office.claim(&actor, id)?, say);
        }
        ClaimsCommand::Heir(args) => heir(&office, &actor, args, say)?,
        ClaimsCommand::Step(args) => return step(&office, &actor, args, say),
        ClaimsCommand::Review { id, finding } => {
            office.review_claim(&actor, claim_number(id)?, finding)?;
            say.record(&json!({"claim": id, "reviewed": true}), &say.words.get("claim-reviewed"));
        }
        ClaimsCommand::Scholarship(command) => {
            return super::scholarship::scholarship(&office, &actor, command, say);
        }
        ClaimsCommand::Paperwork { id, kind, out } => {
            let paper = known(Some(kind), ClaimPaper::from_name)?.unwrap_or(ClaimPaper::Form);
            let printed = office.print_claim(&actor, claim_number(id)?, paper, say.words)?;
            commands::write_file(out, &printed.bytes)?;
            let path = out.display().to_string();
            say.record(&json!({"path": path}), &path);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A word of a closed list, when it was typed.
fn known<T>(text: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, AppError> {
    let Some(text) = text else { return Ok(None) };
    read(text).map(Some).ok_or_else(|| AppError::usage("KIND_UNKNOWN", text))
}

fn open(office: &Office, actor: &Actor, args: &ClaimOpenArgs, say: &Say) -> Result<(), AppError> {
    let person = Id::parse(&args.person)
        .map_err(|_| AppError::not_found("PERSON_UNKNOWN", &*args.person))?;
    let word = |text: &str| AppError::usage("KIND_UNKNOWN", text);
    let kind = ClaimKind::from_name(&args.kind).ok_or_else(|| word(&args.kind))?;
    let told = Told::from_name(&args.told).ok_or_else(|| word(&args.told))?;
    let opening = ClaimOpening {
        person,
        kind,
        event: commands::day(&args.event)?,
        reported: args.reported.as_deref().map(commands::day).transpose()?,
        told,
        occupation: args.occupation.as_deref(),
        reporter: Reporter {
            name: args.reporter.as_str().into(),
            phone: args.phone.as_str().into(),
            account: args.account.as_str().into(),
        },
        facts: facts(&args.facts)?,
    };
    let (claim, is_new) = office.open_claim(actor, &opening)?;
    let document = json!({
        "claim": claim.id.to_string(),
        "state": claim.state.name(),
        "new": is_new,
    });
    let key = if is_new { "claim-opened" } else { "claim-exists" };
    say.record(&document, &say.words.with(key, &[("id", &claim.id.to_string())]));
    Ok(())
}

fn facts(args: &ClaimFactsArgs) -> Result<ClaimFacts, AppError> {
    let typed = FactsTyped {
        losses: &args.losses.join(" "),
        left_handed: args.left_handed,
        months: &args.months,
        days: &args.days,
        transport: [&args.land, &args.sea, &args.air],
        aids: [&args.dentures, &args.hearing_aid, &args.glasses, &args.home_care],
        balance: &args.balance,
        why: &args.why,
    };
    typed.read().map_err(|(_, error)| error)
}

fn heir(office: &Office, actor: &Actor, args: &ClaimHeirArgs, say: &Say) -> Result<(), AppError> {
    let id = claim_number(&args.id)?;
    match args.drop {
        Some(no) => office.drop_claim_person(actor, id, no)?,
        None => {
            let typed = PersonTyped {
                no: args.number,
                relation: args.relation.as_deref().unwrap_or_default(),
                name: &args.name,
                nik: &args.nik,
                birth: &args.birth,
                phone: &args.phone,
                account: &args.account,
                guardian: &args.guardian,
                school: &args.school,
                paid_burial: args.paid_burial,
                disagrees: args.disagrees,
            };
            office.claim_person(actor, id, &typed)?;
        }
    }
    say_file(office, &office.claim(actor, id)?, say);
    Ok(())
}

fn step(office: &Office, actor: &Actor, args: &ClaimStepArgs, say: &Say) -> Done {
    let id = claim_number(&args.id)?;
    let by = ClaimStep::from_name(&args.step);
    let by = by.ok_or_else(|| AppError::usage("KIND_UNKNOWN", &*args.step))?;
    let wanted = StepWanted {
        step: by,
        day: args.day.as_deref().map(commands::day).transpose()?,
        rupiah: args.rupiah.as_deref().map(commands::rupiah).transpose()?,
        receiver: args.receiver.or((by == ClaimStep::Pay).then_some(0)),
        reference: &args.reference,
        reason: &args.reason,
    };
    let claim = office.step_claim(actor, id, &wanted)?;
    say_file(office, &office.claim(actor, id)?, say);
    // Somebody else has to act now.
    let waits = claim.state == ClaimState::Proposed;
    Ok(if waits { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

fn row_document(row: &ClaimRow) -> Value {
    let claim = &row.claim;
    json!({
        "claim": claim.id.to_string(),
        "person": claim.person.to_string(),
        "name": row.person.name,
        "kind": claim.kind.name(),
        "event": claim.event.to_string(),
        "state": claim.state.name(),
        "granted_rupiah": claim.granted.map(|rupiah| rupiah.0),
        "paid_rupiah": claim.paid.0,
        "clock": row.clock.map(|(name, until)| json!({"name": name, "until": until.to_string()})),
        "to_review": row.to_review,
    })
}

fn row_line(row: &ClaimRow, say: &Say) -> String {
    let claim = &row.claim;
    let kind = say.words.get(&format!("claim-kind-{}", claim.kind.name()));
    let state = say.words.get(&format!("claim-state-{}", claim.state.name()));
    let clock = row.clock.map_or(String::new(), |(_, until)| format!("≤ {}", until.in_words()));
    let (id, name, event) = (claim.id, &row.person.name, claim.event.in_words());
    format!("{id}  {name}  {kind}  {event}  {state}  {clock}").trim_end().to_owned()
}

fn say_file(office: &Office, file: &ClaimFile, say: &Say) {
    if say.json {
        return say.document(&file_document(file, say));
    }
    let words = |key: &str| say.words.get(key);
    let claim = &file.claim;
    say.pairs(&[
        (words("claim-number"), claim.id.to_string()),
        (words("claim-member"), format!("{} {}", file.person.name, file.person.nik)),
        (words("claim-village"), office.place_words(file.person.place)),
        (words("claim-kind"), words(&format!("claim-kind-{}", claim.kind.name()))),
        (words("claim-event"), claim.event.in_words()),
        (words("claim-state"), words(&format!("claim-state-{}", claim.state.name()))),
        (words("claim-cover"), words(&format!("claim-cover-{}", file.assessment.cover.name()))),
        (words("claim-benefit"), file.assessment.answer.total.to_string()),
    ]);
    for line in &file.assessment.answer.lines {
        let name = words(&format!("law-line-{}", line.key.name()));
        say.line(&format!("  {:>14}  {name} · {}", line.rupiah.to_string(), line.article));
    }
    for (month, code) in &file.months {
        let (of, scheme) = (month.month.in_words(), month.scheme.name().to_uppercase());
        say.line(&format!("  {of}  {scheme}  {}  {}  {code}", month.rupiah, month.paid_on));
    }
    for paper in &file.papers {
        let mark = paper.received.map_or("[ ]".to_owned(), |day| format!("[x] {day}"));
        say.line(&format!("  {}  {mark}  {}", paper.key, paper.name));
    }
    for person in &file.people {
        let relation = words(&format!("heir-{}", person.relation));
        let part = words(&format!("claim-receives-{}", person.receives.unwrap_or("none")));
        say.line(&format!("  {}. {}  {relation}  {part}", person.no, person.name));
    }
    for flag in &file.flags {
        say.line(&format!("  ? {}", app::claims::flag_in_words(*flag, say.words)));
    }
    for step in &file.steps {
        let kept = &step.kept;
        let name = words(&format!("claim-step-{}", kept.step.name()));
        let rupiah = kept.rupiah.map_or(String::new(), |rupiah| rupiah.to_string());
        let line = format!("  {}  {name}  {rupiah}  {}", kept.day, kept.reason);
        say.line(line.trim_end());
    }
}

fn file_document(file: &ClaimFile, say: &Say) -> Value {
    let claim = &file.claim;
    let line = |line| super::law::line_document(say, line);
    let months = file.months.iter().map(|(one, code)| {
        json!({
            "month": one.month.to_string(), "scheme": one.scheme.name(), "programme": &**code,
            "bill": one.bill.map(|bill| bill.to_string()), "paid_on": one.paid_on.to_string(),
            "transfer": one.transfer.to_string(), "rupiah": one.rupiah.0,
        })
    });
    let papers = file.papers.iter().map(|paper| {
        let received = paper.received.map(|day| day.to_string());
        json!({"paper": paper.key, "always": paper.always, "received": received})
    });
    let people = file.people.iter().map(|one| {
        json!({
            "no": one.no, "relation": one.relation, "name": one.name, "receives": one.receives,
            "under_age": one.under_age, "paid_burial": one.paid_burial,
            "disagrees": one.disagrees, "school": one.school,
        })
    });
    let steps = file.steps.iter().map(|one| {
        let kept = &one.kept;
        json!({
            "step": kept.step.name(), "day": kept.day.to_string(), "state": kept.states.1.name(),
            "rupiah": kept.rupiah.map(|rupiah| rupiah.0), "receiver": kept.receiver,
            "reference": &*kept.reference, "by": one.by.as_deref(), "maker": one.maker.as_deref(),
        })
    });
    let clocks = file.clocks.iter().map(|clock| {
        let met = clock.met.map(|day| day.to_string());
        json!({"name": clock.name, "until": clock.until.to_string(), "met": met})
    });
    json!({
        "claim": claim.id.to_string(),
        "kind": claim.kind.name(),
        "event": claim.event.to_string(),
        "reported": claim.reported.to_string(),
        "state": claim.state.name(),
        "cover": file.assessment.cover.name(),
        "benefit_rupiah": file.assessment.answer.total.0,
        "lines": file.assessment.answer.lines.iter().map(line).collect::<Vec<_>>(),
        "scholarship_rupiah": file.assessment.scholarship.as_ref().map(|one| one.total.0),
        "granted_rupiah": claim.granted.map(|rupiah| rupiah.0),
        "paid_rupiah": claim.paid.0,
        "months": months.collect::<Vec<_>>(),
        "papers": papers.collect::<Vec<_>>(),
        "people": people.collect::<Vec<_>>(),
        "clocks": clocks.collect::<Vec<_>>(),
        "flags": file.flags.iter().map(|flag| flag.name()).collect::<Vec<_>>(),
        "steps": steps.collect::<Vec<_>>(),
        "next": file.next.iter().map(|step| step.name()).collect::<Vec<_>>(),
        "task": file.task.as_ref().map(|task| task.id.to_string()),
        "rulebook": file.rulebook,
    })
}
