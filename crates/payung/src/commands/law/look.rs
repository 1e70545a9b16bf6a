//! `payung law show`, `check` and `diff`: the rules themselves, and what changes between two books.

use std::path::Path;

use app::error::AppError;
use base::{Day, Month, Rupiah};
use documents::pdf::TreeLine;
use rules::{
    CheckFinding, CheckKind, DiffCase, Entry, MoneyChange, Parameter, Per, RuleId, Rulebook, Unit,
    UnitKind, Value as RuleValue, Wording, percent,
};
use serde_json::{Value, json};

use super::facts::{Fact, in_words};
use super::pages::{self, Pages};
use super::tell::status_in_words;
use crate::say::Say;

/// Shows one rule, or every rule in force on a day.
pub fn show(
    rulebook: &Rulebook,
    say: &Say,
    wanted: Option<&str>,
    on: Day,
    pdf: Option<&Path>,
) -> Result<(), AppError> {
    let found = match wanted {
        None => {
            let all = rulebook.parameters().iter();
            all.filter_map(|parameter| Some((parameter, in_force(parameter, on)?))).collect()
        }
        Some(wanted) => vec![wanted_rule(rulebook, wanted, on)?],
    };
    for (parameter, entry) in &found {
        match say.json {
            true => say.document(&rule_document(rulebook, parameter, entry)),
            false => {
                say.line(&format!("{}  {}", entry.rule, parameter.name));
                let lines = rule_in_words(rulebook, say, parameter, entry);
                lines.iter().for_each(|line| say.line(&format!("  {line}")));
            }
        }
    }
    let Some(file) = pdf else { return Ok(()) };
    let lines = found.iter().map(|(parameter, entry)| TreeLine {
        depth: 0,
        text: parameter.name.to_string(),
        amount: entry.from.to_string(),
        details: std::iter::once(entry.rule.to_string())
            .chain(rule_in_words(rulebook, say, parameter, entry))
            .collect(),
    });
    let facts = vec![in_words(say, &("on", json!(on.to_string())))];
    let (lines, notes) = (lines.collect(), Vec::new());
    let pages = Pages { title: "law-page-rules", facts, lines, total: None, notes };
    pages::print(rulebook, say, file, pages)
}

fn wanted_rule<'a>(
    rulebook: &'a Rulebook,
    wanted: &str,
    on: Day,
) -> Result<(&'a Parameter, &'a Entry), AppError> {
    if let Some(found) = rulebook.rule(wanted) {
        return Ok(found);
    }
    let parameter = rulebook
        .parameter(wanted)
        .ok_or_else(|| AppError::not_found("PARAMETER_UNKNOWN", wanted))?;
    let entry = in_force(parameter, on)
        .ok_or_else(|| AppError::refused("RULE_MISSING", format!("{wanted}, {}", on.in_words())))?;
    Ok((parameter, entry))
}

/// Everything a person still has to look at.
pub fn check(rulebook: &Rulebook, say: &Say, today: Day) {
    let findings = rulebook.check(today);
    for finding in &findings {
        match say.json {
            true => say.document(&finding_document(finding)),
            false => say.line(&finding_in_words(say, finding)),
        }
    }
    if !say.json {
        let count = findings.len().to_string();
        say.line(&say.words.with("law-check-count", &[("count", &count)]));
    }
}

/// Whose money changes, in which months, and which entries differ.
pub fn diff(from: &Rulebook, to: &Rulebook, say: &Say, months: (Month, Month)) {
    let found = rules::diff(from, to, months);
    let names = |rules: &[RuleId]| rules.iter().map(|rule| rule.to_string()).collect::<Vec<_>>();
    if say.json {
        let money: Vec<Value> = found.money.iter().map(change_document).collect();
        say.document(&json!({
            "from": from.version().to_string(),
            "to": to.version().to_string(),
            "months": [months.0.to_string(), months.1.to_string()],
            "money": money,
            "changed": names(&found.changed),
            "gone": names(&found.gone),
        }));
        return;
    }
    for change in &found.money {
        say.line(&change_in_words(say, change));
    }
    if found.money.is_empty() {
        say.line(&say.words.get("law-diff-no-money"));
    }
    for (key, rules) in [("law-diff-changed", &found.changed), ("law-diff-gone", &found.gone)] {
        for rule in names(rules) {
            say.line(&say.words.with(key, &[("rule", &rule)]));
        }
    }
}

fn in_force(parameter: &Parameter, on: Day) -> Option<&Entry> {
    let entry = parameter.entry_on(on)?;
    entry.until.is_none_or(|until| on <= until).then_some(entry)
}

/// What a rule says, since when, by which article, and how well that is known.
fn rule_in_words(
    rulebook: &Rulebook,
    say: &Say,
    parameter: &Parameter,
    entry: &Entry,
) -> Vec<String> {
    let citation = &entry.citation;
    let until = entry.until.map_or_else(String::new, |until| until.in_words());
    let span = match entry.until {
        Some(_) => "law-from-until",
        None => "law-from",
    };
    let span = say.words.with(span, &[("from", &entry.from.in_words()), ("until", &until)]);
    let mut lines = value_lines(say, rulebook.unit(&parameter.unit), &entry.value);
    let wording = match &citation.wording {
        Wording::Quotation(text) => format!("“{}”", text.trim()),
        Wording::Paraphrase(text) => text.trim().to_owned(),
    };
    lines.push(format!("{span}. {}", citation.article));
    lines.push(wording);
    lines.push(status_in_words(say, citation.status));
    if !rulebook.is_computed(parameter) {
        lines.push(say.words.get("law-not-computed"));
    }
    if let Some(open) = &parameter.open {
        let values = [
            ("reference", &*open.reference),
            ("reason", open.reason.trim()),
            ("who", &*open.decided_by),
        ];
        lines.push(say.words.with("law-undecided", &values));
    }
    lines
}

fn rule_document(rulebook: &Rulebook, parameter: &Parameter, entry: &Entry) -> Value {
    let citation = &entry.citation;
    let (quotation, paraphrase) = match &citation.wording {
        Wording::Quotation(text) => (Some(text), None),
        Wording::Paraphrase(text) => (None, Some(text)),
    };
    let open = parameter.open.as_ref().map(|open| {
        json!({
            "reference": &*open.reference,
            "reason": &*open.reason,
            "alternatives": open.alternatives.iter().map(|text| &**text).collect::<Vec<_>>(),
            "decided_by": &*open.decided_by,
        })
    });
    json!({
        "rule": entry.rule.as_str(),
        "parameter": &*parameter.id,
        "name": &*parameter.name,
        "unit": &*parameter.unit,
        "value": value_document(&entry.value),
        "number": entry.number(),
        "from": entry.from.to_string(),
        "until": entry.until.map(|day| day.to_string()),
        "source": &*citation.source,
        "article": &*citation.article,
        "quotation": quotation.map(|text| &**text),
        "paraphrase": paraphrase.map(|text| &**text),
        "status": citation.status.name(),
        "confirmed_on": citation.confirmed_on.map(|day| day.to_string()),
        "confirmed_by": citation.confirmed_by.as_deref(),
        "open": open,
        "computed": rulebook.is_computed(parameter),
        "rulebook": rulebook.version().to_string(),
    })
}

fn value_document(value: &RuleValue) -> Value {
    match value {
        RuleValue::Nothing => Value::Null,
        RuleValue::Number(number) => json!(number),
        RuleValue::Choice(word) => json!(&**word),
        RuleValue::Brackets(brackets) => brackets
            .iter()
            .map(|tier| {
                json!({"no": tier.no, "income_from_rupiah": tier.income_from.0,
                    "income_to_rupiah": tier.income_to.map(|to| to.0),
                    "base_rupiah": tier.base.0, "rupiah": tier.rupiah.0})
            })
            .collect(),
        RuleValue::Rows(rows) => rows
            .iter()
            .map(|row| {
                json!({"key": &*row.key, "name": &*row.name, "value": value_document(&row.value),
                    "value_to": row.value_to, "per": row.per.map(Per::name),
                    "article": &*row.citation.article, "status": row.citation.status.name()})
            })
            .collect(),
        RuleValue::Steps(steps) => steps
            .iter()
            .map(|step| json!({"above": step.above, "up_to": step.up_to, "value": step.value}))
            .collect(),
        RuleValue::Days(days) => {
            days.iter().map(|day| json!({"day": day.day.to_string(), "name": &*day.name})).collect()
        }
    }
}

/// What a rule says, a line for each row of a table.
fn value_lines(say: &Say, unit: Option<&Unit>, value: &RuleValue) -> Vec<String> {
    let number = |number: i64| match unit.map(|unit| unit.kind) {
        Some(UnitKind::Money) => Rupiah(number).to_string(),
        Some(UnitKind::Rate) => percent(base::Ppm(number)),
        _ => unit.map_or_else(|| number.to_string(), |unit| format!("{number} {}", unit.name)),
    };
    match value {
        RuleValue::Nothing => vec![say.words.get("law-nothing")],
        RuleValue::Number(value) => vec![number(*value)],
        RuleValue::Choice(word) => vec![word.to_string()],
        RuleValue::Brackets(brackets) => {
            let end = |to: Option<Rupiah>| to.map_or_else(|| "…".to_owned(), |to| to.to_string());
            let line = |tier: &rules::Bracket| {
                let (from, to) = (tier.income_from, end(tier.income_to));
                format!("{:>2}  {from} – {to}: {}", tier.no, tier.rupiah)
            };
            brackets.iter().map(line).collect()
        }
        RuleValue::Rows(rows) => {
            let line = |row: &rules::Row| {
                let value = value_lines(say, unit, &row.value).join(" ");
                format!("{}  {}: {value}", row.key, row.name)
            };
            rows.iter().map(line).collect()
        }
        RuleValue::Steps(steps) => {
            let end = |to: Option<i64>| to.map_or_else(|| "…".to_owned(), |to| to.to_string());
            let line = |step: &rules::Step| {
                format!("> {} – {}: {}", step.above, end(step.up_to), number(step.value))
            };
            steps.iter().map(line).collect()
        }
        RuleValue::Days(days) => {
            days.iter().map(|day| format!("{}  {}", day.day, day.name)).collect()
        }
    }
}

fn finding_document(finding: &CheckFinding<'_>) -> Value {
    let open = finding.parameter.open.as_ref();
    let mut document = json!({
        "kind": finding.kind.name(),
        "parameter": &*finding.parameter.id,
        "rule": finding.rule.map(|rule| rule.as_str()),
    });
    match finding.kind {
        CheckKind::Open => {
            document["reference"] = json!(open.map(|open| &*open.reference));
            document["reason"] = json!(open.map(|open| &*open.reason));
            document["decided_by"] = json!(open.map(|open| &*open.decided_by));
        }
        CheckKind::NeverConfirmed | CheckKind::NotComputed => {}
        CheckKind::ConfirmedLongAgo { on } => document["confirmed_on"] = json!(on.to_string()),
        CheckKind::Gap { from, until } => {
            document["from"] = json!(from.to_string());
            document["until"] = json!(until.map(|day| day.to_string()));
        }
    }
    document
}

fn finding_in_words(say: &Say, finding: &CheckFinding<'_>) -> String {
    let rule = finding.rule.map_or(&*finding.parameter.id, |rule| rule.as_str());
    let open = finding.parameter.open.as_ref();
    let (key, values) = match finding.kind {
        CheckKind::Open => {
            let reason = open.map_or("", |open| open.reason.trim()).to_owned();
            let who = open.map_or("", |open| &*open.decided_by).to_owned();
            ("law-check-OPEN", vec![("reason", reason), ("who", who)])
        }
        CheckKind::NeverConfirmed => ("law-check-NEVER_CONFIRMED", Vec::new()),
        CheckKind::NotComputed => ("law-check-NOT_COMPUTED", Vec::new()),
        CheckKind::ConfirmedLongAgo { on } => {
            ("law-check-CONFIRMED_LONG_AGO", vec![("day", on.in_words())])
        }
        CheckKind::Gap { from, until: None } => ("law-check-GAP", vec![("from", from.in_words())]),
        CheckKind::Gap { from, until: Some(until) } => {
            ("law-check-GAP_CLOSED", vec![("from", from.in_words()), ("until", until.in_words())])
        }
    };
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    format!("{rule}: {}", say.words.with(key, &values))
}

fn change_document(change: &MoneyChange) -> Value {
    let of = facts(&change.case).into_iter().map(|(name, value)| (name.to_owned(), value));
    json!({
        "case": change.case.name(),
        "of": of.collect::<serde_json::Map<String, Value>>(),
        "first": change.first.to_string(),
        "last": change.last.to_string(),
        "before_rupiah": change.before.map(|rupiah| rupiah.0),
        "after_rupiah": change.after.map(|rupiah| rupiah.0),
    })
}

fn change_in_words(say: &Say, change: &MoneyChange) -> String {
    let amount = |rupiah: Option<Rupiah>| {
        rupiah.map_or_else(|| say.words.get("law-diff-none"), |rupiah| rupiah.to_string())
    };
    let facts = facts(&change.case);
    let facts = facts.iter().map(|fact| {
        let (label, value) = in_words(say, fact);
        format!("{label} {value}")
    });
    let of = facts.collect::<Vec<_>>().join(", ");
    let of = if of.is_empty() { of } else { format!(" ({of})") };
    let months = match change.first == change.last {
        true => change.first.in_words(),
        false => format!("{} – {}", change.first.in_words(), change.last.in_words()),
    };
    let (before, after) = (amount(change.before), amount(change.after));
    let case = say.words.get(&format!("law-case-{}", change.case.name()));
    format!("{months}  {case}{of}: {before} → {after}")
}

/// What tells one case from others of its name.
fn facts(case: &DiffCase) -> Vec<Fact> {
    match case {
        DiffCase::Bpu { income, scheme, payer, sector } => vec![
            ("scheme", json!(scheme.name())),
            ("income_rupiah", json!(income.0)),
            ("payer", json!(payer.name())),
            ("sector", json!(sector.name())),
        ],
        DiffCase::Pu { wage, scheme, payer, risk_class, labour_intensive } => vec![
            ("scheme", json!(scheme.name())),
            ("wage_rupiah", json!(wage.0)),
            ("payer", json!(payer.name())),
            ("risk_class", json!(risk_class.number())),
            ("labour_intensive", json!(labour_intensive)),
        ],
        DiffCase::Construction { contract, scheme } => {
            vec![("scheme", json!(scheme.name())), ("contract_rupiah", json!(contract.0))]
        }
        DiffCase::Jkm { segment, months } => {
            vec![("segment", json!(segment.name())), ("months", json!(months))]
        }
        DiffCase::JkkDeath { wage } | DiffCase::JkkTotal { wage } | DiffCase::Jkp { wage } => {
            vec![("wage_rupiah", json!(wage.0))]
        }
        DiffCase::JkkLoss { wage, code } => {
            vec![("wage_rupiah", json!(wage.0)), ("loss", json!(&**code))]
        }
        DiffCase::JkkIncapacity { wage, months } => {
            vec![("wage_rupiah", json!(wage.0)), ("months", json!(months))]
        }
        DiffCase::Jht { gross } => vec![("gross_rupiah", json!(gross.0))],
        DiffCase::JkkTransport | DiffCase::JkkAids | DiffCase::Scholarship => Vec::new(),
    }
}
