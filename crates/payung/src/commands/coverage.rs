//! `payung coverage`: covered people against a stated denominator.

use std::process::ExitCode;

use app::overview::{CoverageLine, CoverageQuery};
use base::money::grouped;
use serde_json::{Value, json};

use crate::cli::{CoverageArgs, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// Prints the table.
pub fn coverage(global: &Global, say: &Say, args: &CoverageArgs) -> Done {
    if let Some(command) = &args.command {
        return commands::wall::coverage(global, say, command);
    }
    let office = commands::open(global)?;
    let as_of = args.as_of.as_deref().map(commands::day).transpose()?;
    let table = office.coverage(&CoverageQuery {
        by: args.by.by(),
        month: as_of.map(|day| day.month_of()),
        programme: args.programme.clone(),
    })?;
    if say.json {
        let lines: Vec<Value> = table.lines.iter().map(document).collect();
        say.document(&json!(lines));
        return Ok(ExitCode::SUCCESS);
    }
    say.line(&say.words.with("coverage-month", &[("month", &table.month.in_words())]));
    let rows: Vec<Vec<String>> = table
        .lines
        .iter()
        .map(|line| {
            let source = say.words.get(&format!("denominator-{}", line.source.name()));
            vec![
                name(line, say),
                grouped(line.covered),
                grouped(line.denominator),
                share(line),
                format!("{source}, {}", line.as_of.in_words()),
            ]
        })
        .collect();
    let keys =
        ["coverage-name", "coverage-covered", "coverage-of", "coverage-share", "coverage-source"];
    let heads: Vec<String> = keys.iter().map(|key| say.words.get(key)).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    say.table(&heads, &rows, &[1, 2, 3]);
    let (covered, listed) = (grouped(table.covered), grouped(table.listed));
    say.line(&say.words.with("coverage-total", &[("covered", &covered), ("listed", &listed)]));
    Ok(ExitCode::SUCCESS)
}

fn document(line: &CoverageLine) -> Value {
    json!({
        "key": line.key,
        "name": line.name,
        "covered": line.covered,
        "listed": line.listed,
        "denominator": line.denominator,
        "denominator_source": line.source.name(),
        "share_ppm": line.share.map(|share| share.0),
        "share": line.share.map(|share| share.0 as f64 / 1e6),
        "as_of": line.as_of.to_string(),
    })
}

fn name(line: &CoverageLine, say: &Say) -> String {
    match (line.name.as_str(), line.key.as_str()) {
        ("", "L" | "P") => say.words.get(&format!("sex-{}", line.key)),
        ("", _) => say.words.get("coverage-unknown"),
        (name, _) if line.within.is_empty() => name.to_owned(),
        (name, _) => format!("{name}, {}", line.within),
    }
}

/// "97,3 %": tenths of a per cent, rounded down.
fn share(line: &CoverageLine) -> String {
    line.share.map_or_else(String::new, |share| {
        let tenths = share.0 / 1_000;
        format!("{},{} %", tenths / 10, tenths % 10)
    })
}
