//! `payung claims scholarship …`: what each child may ask for in which school year, and its steps.

use std::process::ExitCode;

use app::claims::claim_number;
use app::error::AppError;
use app::office::{Actor, Office};
use app::scholarships::{Scholarship, YearRow, YearState, YearStep, YearWanted, class_name};
use serde_json::{Value, json};

use crate::cli::{ScholarshipCommand, ScholarshipStepArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Shows plans of scholarships and makes their steps.
pub fn scholarship(
    office: &Office,
    actor: &Actor,
    command: &ScholarshipCommand,
    say: &Say,
) -> Done {
    match command {
        ScholarshipCommand::Due => {
            let due = office.scholarships_due(actor)?;
            if due.is_empty() && !say.json {
                say.line(&say.words.get("scholarship-due-empty"));
            }
            for one in due {
                let mut document = row_document(&one.row);
                document["claim"] = json!(one.claim.to_string());
                document["name"] = json!(one.person.name);
                let line = row_line(&one.row, say);
                say.record(&document, &format!("{}  {}  {line}", one.claim, one.person.name));
            }
        }
        ScholarshipCommand::Show { id } => {
            let found = office.scholarship(actor, claim_number(id)?)?;
            say_plan(found.as_ref(), id, say);
        }
        ScholarshipCommand::Step(args) => return step(office, actor, args, say),
    }
    Ok(ExitCode::SUCCESS)
}

fn step(office: &Office, actor: &Actor, args: &ScholarshipStepArgs, say: &Say) -> Done {
    let by = YearStep::from_name(&args.step);
    let wanted = YearWanted {
        person_no: args.child,
        year: args.year,
        step: by.ok_or_else(|| AppError::usage("KIND_UNKNOWN", &*args.step))?,
        day: args.day.as_deref().map(commands::day).transpose()?,
        class: &args.class,
        rupiah: args.rupiah.as_deref().map(commands::rupiah).transpose()?,
        cause: &args.cause,
        reference: &args.reference,
        reason: &args.reason,
    };
    let kept = office.step_scholarship(actor, claim_number(&args.id)?, &wanted)?;
    let document = json!({
        "claim": args.id, "child": kept.person_no, "school_year": year_name(kept.year),
        "class": kept.class.map(class_name), "state": kept.state.name(),
        "computed_rupiah": kept.computed.map(|rupiah| rupiah.0), "paid_rupiah": kept.paid.0,
    });
    let state = say.words.get(&format!("scholarship-standing-{}", kept.state.name()));
    say.record(&document, &say.words.with("scholarship-stepped", &[("state", &state)]));
    // Somebody else has to act now.
    let waits = kept.state == YearState::Asked;
    Ok(if waits { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

fn year_name(year: i32) -> String {
    format!("{year}/{}", year + 1)
}

fn row_document(row: &YearRow) -> Value {
    let kept = row.kept.as_ref();
    json!({
        "child": row.person_no, "school_year": year_name(row.year),
        "class": class_name(row.class), "rupiah": row.rupiah.0, "article": &*row.rule.1,
        "begins": row.begins.to_string(), "until": row.until.to_string(),
        "state": row.standing.name(),
        "cause": kept.and_then(|kept| kept.cause).map(|cause| cause.name()),
        "computed_rupiah": kept.and_then(|kept| kept.computed).map(|rupiah| rupiah.0),
        "paid_rupiah": kept.map(|kept| kept.paid.0),
        "difference_rupiah": row.difference().map(|rupiah| rupiah.0),
    })
}

fn row_line(row: &YearRow, say: &Say) -> String {
    let state = say.words.get(&format!("scholarship-standing-{}", row.standing.name()));
    let (class, until) = (class_name(row.class).to_uppercase(), row.until.in_words());
    let year = year_name(row.year);
    format!("{}. {year}  {class}  {}  ≤ {until}  {state}", row.person_no, row.rupiah)
}

fn say_plan(found: Option<&Scholarship>, id: &str, say: &Say) {
    let years: Vec<Value> = found.map_or_else(Vec::new, |found| {
        found.years.iter().map(|year| row_document(&year.row)).collect()
    });
    let reminders = found.map_or_else(Vec::new, |found| found.reminders(say.words));
    if say.json {
        return say.document(&json!({
            "claim": id, "years": years, "reminders": reminders,
            "paid_rupiah": found.map(|found| found.paid.0),
            "months_short": found.and_then(|found| found.short).map(|(counted, required)| {
                json!({"counted": counted, "required": required})
            }),
        }));
    }
    let Some(found) = found else { return say.line(&say.words.get("scholarship-due-empty")) };
    if let Some((counted, required)) = found.short {
        let values = [("counted", &*counted.to_string()), ("required", &*required.to_string())];
        say.line(&say.words.with("scholarship-short", &values));
    }
    for year in &found.years {
        say.line(&format!("  {}", row_line(&year.row, say)));
    }
    for reminder in &reminders {
        say.line(&format!("  ✉ {reminder}"));
    }
}
