//! `payung law ...`: what applies, with its article, and what nobody has confirmed.

use std::process::ExitCode;

use app::error::AppError;
use base::Rupiah;
use rules::{BpuQuery, Contribution, Payer, Rulebook, Schemes, WorkSector};
use serde_json::{Value, json};

use crate::cli::{ContributionArgs, LawCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// Computes, shows or checks.
pub fn law(say: &Say, command: &LawCommand) -> Done {
    let rulebook = Rulebook::builtin();
    match command {
        LawCommand::Contribution(args) => contribution(&rulebook, say, args)?,
        LawCommand::Show { rule, on } => {
            let day = match on {
                Some(text) => commands::day(text)?,
                None => commands::environment()?.today(),
            };
            show(&rulebook, say, rule.as_deref(), day);
        }
        LawCommand::Check => check(&rulebook, say),
    }
    Ok(ExitCode::SUCCESS)
}

fn contribution(rulebook: &Rulebook, say: &Say, args: &ContributionArgs) -> Result<(), AppError> {
    if args.segment != "bpu" {
        return Err(AppError::usage("SEGMENT_LATER", args.segment.as_str()));
    }
    let unknown = |text: &str| AppError::usage("KIND_UNKNOWN", text);
    let query = BpuQuery {
        income: args.income.as_deref().map(commands::rupiah).transpose()?.unwrap_or(Rupiah::ZERO),
        schemes: Schemes::parse(&args.schemes)
            .ok_or_else(|| AppError::usage("NOT_SCHEMES", args.schemes.as_str()))?,
        month: commands::month(&args.month)?,
        payer: Payer::from_name(&args.payer).ok_or_else(|| unknown(&args.payer))?,
        sector: WorkSector::from_name(&args.sector).ok_or_else(|| unknown(&args.sector))?,
    };
    let result = rulebook
        .bpu_contribution(&query)
        .map_err(|_| AppError::refused("RULE_MISSING", query.month.to_string()))?;
    match say.json {
        true => say.document(&document(rulebook, args, &result)),
        false => print(rulebook, say, &result),
    }
    Ok(())
}

fn document(rulebook: &Rulebook, args: &ContributionArgs, result: &Contribution<'_>) -> Value {
    let borne_by = if args.payer == "self" { "self" } else { "sponsor" };
    let lines = result.lines.iter().map(|line| {
        json!({
            "scheme": line.scheme.name(),
            "borne_by": borne_by,
            "rupiah": line.rupiah.0,
            "rule": line.rule.as_str(),
            "article": line.article,
            "status": line.status.name(),
            "relief": line.relief.map(|relief| relief.rule.as_str().to_owned()),
        })
    });
    json!({
        "total_rupiah": result.total.0,
        "base_rupiah": result.base.0,
        "lines": lines.collect::<Vec<_>>(),
        "rulebook": rulebook.version().to_string(),
        "status": result.status.name(),
    })
}

fn print(rulebook: &Rulebook, say: &Say, result: &Contribution<'_>) {
    for line in &result.lines {
        let status = say.words.get(&format!("status-{}", line.status.name()));
        let scheme = line.scheme.name().to_uppercase();
        let amount = line.rupiah.to_string();
        say.line(&format!("{scheme}  {amount:>12}  {}  ({status})", line.article));
    }
    say.line(&format!("     {:>12}", result.total.to_string()));
    let version = rulebook.version().to_string();
    say.line(&say.words.with("rulebook-note", &[("version", &version)]));
}

fn show(rulebook: &Rulebook, say: &Say, wanted: Option<&str>, on: base::Day) {
    for parameter in rulebook.parameters() {
        if wanted.is_some_and(|wanted| wanted != &*parameter.id) {
            continue;
        }
        let in_force = parameter
            .entries
            .iter()
            .find(|entry| entry.from <= on && entry.until.is_none_or(|until| on <= until));
        let Some(entry) = in_force else { continue };
        let citation = &entry.citation;
        let status = say.words.get(&format!("status-{}", citation.status.name()));
        match say.json {
            true => say.document(&json!({
                "rule": entry.rule.as_str(),
                "name": &*parameter.name,
                "source": &*citation.source,
                "article": &*citation.article,
                "from": entry.from.to_string(),
                "until": entry.until.map(|day| day.to_string()),
                "number": entry.number(),
                "status": citation.status.name(),
                "confirmed_on": citation.confirmed_on.map(|day| day.to_string()),
            })),
            false => {
                let number =
                    entry.number().map_or_else(String::new, |number| format!(" = {number}"));
                say.line(&format!("{}{number}", entry.rule.as_str()));
                let (source, article) = (&citation.source, &citation.article);
                say.line(&format!("  {}  {source}, {article}  ({status})", parameter.name));
            }
        }
    }
}

/// Everything a person still has to confirm.
fn check(rulebook: &Rulebook, say: &Say) {
    for parameter in rulebook.parameters() {
        for entry in parameter.entries.iter().filter(|entry| !entry.citation.status.is_confirmed())
        {
            let status = entry.citation.status.name();
            match say.json {
                true => say.document(&json!({"rule": entry.rule.as_str(), "status": status})),
                false => {
                    let words = say.words.get(&format!("status-{status}"));
                    say.line(&format!("{}  {words}", entry.rule.as_str()));
                }
            }
        }
    }
}
