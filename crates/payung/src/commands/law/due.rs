//! `payung law due` and `penalty`: the last day to pay, and what paying later costs.

use app::error::AppError;
use rules::{PenaltyQuery, RuleStatus, Rulebook, Segment};
use serde_json::{Value, json};

use super::{facts, gap, known, pages, tell};
use crate::cli::PenaltyArgs;
use crate::commands;
use crate::say::Say;

/// The last day to pay a month's contribution.
pub fn due(rulebook: &Rulebook, say: &Say, segment: &str, month: &str) -> Result<(), AppError> {
    let segment = known(segment, Segment::from_name)?;
    let month = commands::month(month)?;
    let due = rulebook.due_day(segment, month).map_err(gap)?;
    let statuses = due.rules.iter().map(|rule| rule.citation.status);
    let status = statuses.fold(RuleStatus::Confirmed, RuleStatus::weaker);
    if say.json {
        let rules = due.rules.iter().map(|entry| {
            let (article, status) = (&*entry.citation.article, entry.citation.status.name());
            json!({"rule": entry.rule.as_str(), "article": article, "status": status})
        });
        say.document(&json!({
            "due": due.day.to_string(),
            "nominal": due.nominal.to_string(),
            "rules": rules.collect::<Vec<Value>>(),
            "rulebook": rulebook.version().to_string(),
            "status": status.name(),
        }));
        return Ok(());
    }
    let (day, nominal) = (due.day.in_words(), due.nominal.in_words());
    let key = if due.day == due.nominal { "law-due" } else { "law-due-moved" };
    let values = [("month", &*month.in_words()), ("day", &*day), ("nominal", &*nominal)];
    say.line(&say.words.with(key, &values));
    for entry in &due.rules {
        let status = tell::status_in_words(say, entry.citation.status);
        say.line(&format!("  {}  {} · {status}", entry.rule, entry.citation.article));
    }
    Ok(())
}

/// What paying late costs.
pub fn penalty(rulebook: &Rulebook, say: &Say, args: &PenaltyArgs) -> Result<(), AppError> {
    let query = PenaltyQuery {
        segment: known(&args.segment, Segment::from_name)?,
        month: commands::month(&args.month)?,
        contribution: commands::rupiah(&args.contribution)?,
        paid_on: commands::day(&args.paid_on)?,
    };
    let answer = rulebook.penalty(&query).map_err(gap)?;
    tell::answer(rulebook, say, &answer);
    let facts = facts::of_penalty(args);
    pages::answer(rulebook, say, args.pdf.as_deref(), ("law-case-penalty", &facts), &answer)
}
