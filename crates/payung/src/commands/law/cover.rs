//! `payung law cover` and `heirs`: whether somebody is covered on a day, and who receives.

use app::error::AppError;
use base::{Day, Month};
use rules::{Consequence, Cover, CoverQuery, Entry, Heir, Rulebook, Segment, parse_paid_months};
use serde_json::{Value, json};

use super::{gap, known, tell};
use crate::commands;
use crate::say::Say;

/// Nobody is insured for longer.
const DAYS_MAX: i32 = 36_525;

/// A person's payments, as typed.
pub struct Payments<'a> {
    /// The segment.
    pub segment: &'a str,
    /// The day of registration.
    pub registered: &'a str,
    /// The months paid for.
    pub paid: &'a str,
}

/// Whether somebody is covered on a day, how it came to that, and what coming back means.
pub fn cover(
    rulebook: &Rulebook,
    say: &Say,
    payments: &Payments<'_>,
    on: Day,
) -> Result<(), AppError> {
    let segment = known(payments.segment, Segment::from_name)?;
    let registered = commands::day(payments.registered)?;
    let paid: Vec<Month> = parse_paid_months(payments.paid)
        .ok_or_else(|| AppError::usage("NOT_MONTHS", payments.paid))?;
    if registered.days_until(on) > DAYS_MAX {
        return Err(AppError::usage("NOT_A_DAY", on.to_string()));
    }
    let query = CoverQuery { segment, registered, paid: &paid, on };
    let now = rulebook.cover(&query).map_err(gap)?;
    let history = rulebook.cover_history(&query).map_err(gap)?;
    let lapsed = history.iter().any(|change| matches!(change.to, Cover::Inactive { .. }));
    let after = match lapsed {
        true => rulebook.return_after_lapse(on).map_err(gap)?,
        false => Vec::new(),
    };
    if say.json {
        let changes = history.iter().map(|change| {
            let mut document = state_document(change.to);
            document["from"] = json!(change.on.to_string());
            document["rule"] = json!(change.rule.as_str());
            document
        });
        let mut document = state_document(now.state);
        document["on"] = json!(on.to_string());
        document["rule"] = json!(now.rule.rule.as_str());
        document["article"] = json!(&*now.rule.citation.article);
        document["status"] = json!(now.status.name());
        document["open"] = json!(now.doubted_by.map(|rule| rule.rule.as_str()));
        document["history"] = changes.collect();
        document["after_lapse"] =
            after.iter().map(|(what, rule)| consequence_document(say, *what, rule)).collect();
        document["rulebook"] = json!(rulebook.version().to_string());
        say.document(&document);
        return Ok(());
    }
    let values = [("day", &*on.in_words()), ("state", &*state_in_words(say, now.state))];
    say.line(&say.words.with("law-cover-on", &values));
    let status = tell::status_in_words(say, now.status);
    say.line(&format!("  {}  {} · {status}", now.rule.rule, now.rule.citation.article));
    if let Some(rule) = now.doubted_by {
        say.line(&format!("  {}", say.words.with("law-open", &[("rules", rule.rule.as_str())])));
    }
    for change in &history {
        let (from, state) = (change.on.in_words(), state_in_words(say, change.to));
        say.line(&say.words.with("law-cover-from", &[("day", &from), ("state", &state)]));
        say.line(&format!("  {}", change.rule));
    }
    for (what, rule) in &after {
        let what = consequence_in_words(say, *what);
        say.line(&say.words.with("law-cover-return", &[("what", &what)]));
        say.line(&format!("  {}  {}", rule.rule, rule.citation.article));
    }
    Ok(())
}

/// Who of those left behind receives.
pub fn heirs(rulebook: &Rulebook, say: &Say, death: &str, left: &[String]) -> Result<(), AppError> {
    let death = commands::day(death)?;
    let left: Result<Vec<Heir>, AppError> =
        left.iter().map(|text| known(text, Heir::from_name)).collect();
    let Some(found) = rulebook.heirs(&left?, death).map_err(gap)? else {
        return Err(AppError::not_found("NO_HEIR", ""));
    };
    let citation = &found.rule.citation;
    if say.json {
        say.document(&json!({
            "heirs": found.heirs.iter().map(|heir| heir.name()).collect::<Vec<_>>(),
            "rank": found.rank,
            "burial_only": found.burial_only,
            "rule": found.rule.rule.as_str(),
            "article": &*citation.article,
            "rulebook": rulebook.version().to_string(),
            "status": citation.status.name(),
        }));
        return Ok(());
    }
    let heirs = found.heirs.iter().map(|heir| say.words.get(&format!("law-heir-{}", heir.name())));
    let heirs = heirs.collect::<Vec<_>>().join(", ");
    let values = [("heirs", &*heirs), ("rank", &*found.rank.to_string())];
    say.line(&say.words.with("law-heirs", &values));
    if found.burial_only {
        say.line(&say.words.get("law-heirs-burial-only"));
    }
    let status = tell::status_in_words(say, citation.status);
    say.line(&format!("  {}  {} · {status}", found.rule.rule, citation.article));
    Ok(())
}

fn state_document(state: Cover) -> Value {
    let mut document = json!({"state": state.name()});
    match state {
        Cover::Grace { months } => document["months_unpaid"] = json!(months),
        Cover::Inactive { paid_until } => document["paid_until"] = json!(paid_until.to_string()),
        Cover::NotStarted | Cover::Unpaid | Cover::Active => {}
    }
    document
}

fn state_in_words(say: &Say, state: Cover) -> String {
    let values = match state {
        Cover::Grace { months } => vec![("months", months.to_string())],
        Cover::Inactive { paid_until } => vec![("until", paid_until.in_words())],
        Cover::NotStarted | Cover::Unpaid | Cover::Active => Vec::new(),
    };
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    say.words.with(&format!("law-cover-{}", state.name()), &values)
}

fn consequence_document(say: &Say, what: Consequence, rule: &Entry) -> Value {
    json!({
        "code": what.name(),
        "text": consequence_in_words(say, what),
        "rule": rule.rule.as_str(),
        "article": &*rule.citation.article,
        "status": rule.citation.status.name(),
    })
}

fn consequence_in_words(say: &Say, what: Consequence) -> String {
    let value = match what {
        Consequence::OldArrears { .. } => String::new(),
        Consequence::AgeAgain { limit } => limit.to_string(),
        Consequence::JkmCount { required, .. } => required.to_string(),
    };
    say.words.with(&format!("law-return-{}", what.name()), &[("number", &value)])
}
