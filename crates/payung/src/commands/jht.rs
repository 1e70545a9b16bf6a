//! `payung jht …`: accounts of old age savings, what BPJS states of them, and a look ahead.

use std::process::ExitCode;

use app::cover::known::CoverAsked;
use app::cover::moment_words;
use app::error::AppError;
use app::jht::{
    Compared, JhtFile, JhtList, JhtRow, JhtScope, SavedShown, Simulation, SimulationAsked,
    StatedTyped, correction_in_words, difference_in_words, simulated_base, simulation_months,
    stated_number, years_of,
};
use app::office::{Actor, Office, Operation};
use base::Rupiah;
use serde_json::{Value, json};

use super::people::person_id;
use crate::cli::{Global, JhtCommand, JhtSimulateArgs, JhtStatementArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Accounts, and a look ahead.
pub fn jht(global: &Global, say: &Say, command: &JhtCommand) -> Done {
    if let JhtCommand::Simulate(args) = command {
        simulate(args, say)?;
        return Ok(ExitCode::SUCCESS);
    }
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match command {
        JhtCommand::List { programme, after, limit } => {
            let after = after.as_deref().map(person_id).transpose()?;
            let scope = JhtScope { programme: programme.as_deref(), after, most: *limit };
            list(&office, &office.jht_list(&actor, &scope)?, say);
        }
        JhtCommand::Statement(args) => statement(&office, &actor, args, say)?,
        JhtCommand::State { person, as_of, rupiah, reference } => {
            let typed = StatedTyped {
                person: person_id(person)?,
                as_of: commands::day(as_of)?,
                rupiah: commands::rupiah(rupiah)?,
                reference,
            };
            let (stated, is_new) = office.state_jht(&actor, &typed)?;
            let id = stated.id.to_string();
            let key = if is_new { "jht-state-done" } else { "jht-state-known" };
            let document = json!({"stated": id, "rupiah": stated.rupiah.0, "new": is_new});
            say.record(&document, &say.words.with(key, &[("id", &id)]));
        }
        JhtCommand::Withdraw { id, reason } => {
            let stated = office.withdraw_jht_stated(&actor, stated_number(id)?, reason)?;
            let document = json!({"stated": stated.id.to_string(), "withdrawn": true});
            say.record(&document, &say.words.get("jht-withdrawn"));
        }
        JhtCommand::Simulate(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn list(office: &Office, list: &JhtList, say: &Say) {
    if say.json {
        let rows: Vec<Value> = list.rows.iter().map(row_document).collect();
        return say.document(&json!({
            "programme": list.programme.as_ref().map(|(code, _)| &**code),
            "on": list.on.to_string(),
            "people": list.people,
            "paid_in_rupiah": list.sums.paid_in.0,
            "growth_rupiah": list.sums.growth.0,
            "taken_rupiah": list.sums.taken.0,
            "balance_rupiah": list.sums.balance.0,
            "stated": list.stated.0,
            "differ": list.stated.1,
            "rows": rows,
            "more": list.more,
        }));
    }
    let words = say.words;
    let values = [
        ("people", list.people.to_string()),
        ("rupiah", list.sums.balance.to_string()),
        ("words", list.sums.balance.in_words()),
        ("paid", list.sums.paid_in.to_string()),
        ("growth", list.sums.growth.to_string()),
        ("stated", list.stated.0.to_string()),
        ("differ", list.stated.1.to_string()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    say.line(&words.with("jht-lead", &values));
    say.line(&words.with("jht-sums", &values));
    let rows = list.rows.iter().map(|row| {
        vec![
            row.person.id.to_string(),
            row.person.name.clone(),
            office.place_words(row.person.place),
            row.months.to_string(),
            row.sums.paid_in.to_string(),
            row.sums.growth.to_string(),
            row.sums.balance.to_string(),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let heads = [
        "cover-fact-person",
        "people-name",
        "people-village",
        "jht-months",
        "jht-paid-in",
        "jht-growth",
        "jht-balance",
    ];
    let heads = heads.map(|key| words.get(key));
    say.table(&heads.each_ref().map(String::as_str), &rows, &[3, 4, 5, 6]);
}

fn compared_document(compared: &Compared) -> Value {
    json!({
        "stated": compared.stated.id.to_string(),
        "on": compared.stated.as_of.to_string(),
        "stated_rupiah": compared.stated.rupiah.0,
        "ours_rupiah": compared.ours.0,
        "difference_rupiah": compared.difference().0,
        "reference": &*compared.stated.reference,
    })
}

fn row_document(row: &JhtRow) -> Value {
    json!({
        "person": row.person.id.to_string(),
        "name": row.person.name,
        "village": row.person.place.to_string(),
        "months": row.months,
        "last_month": row.last.to_string(),
        "paid_in_rupiah": row.sums.paid_in.0,
        "growth_rupiah": row.sums.growth.0,
        "taken_rupiah": row.sums.taken.0,
        "balance_rupiah": row.sums.balance.0,
        "compared": row.compared.as_ref().map(compared_document),
    })
}

fn statement(
    office: &Office,
    actor: &Actor,
    args: &JhtStatementArgs,
    say: &Say,
) -> Result<(), AppError> {
    let id = person_id(&args.person)?;
    let day = |text: &Option<String>| text.as_deref().map(commands::day).transpose();
    let asked = CoverAsked { on: day(&args.on)?, known_at: day(&args.known)? };
    let file = office.jht_file(actor, id, asked)?;
    if let Some(path) = &args.pdf {
        let printed = office.print_jht(actor, id, asked, say.words)?;
        commands::write_file(path, &printed.bytes)?;
    }
    match say.json {
        true => say.document(&file_document(&file)),
        false => say_file(&file, say),
    }
    Ok(())
}

fn file_document(file: &JhtFile) -> Value {
    let counted = &file.account.counted;
    let months = counted.months.iter().map(|month| {
        json!({
            "month": month.month.to_string(),
            "paid_in_rupiah": month.paid_in.0,
            "growth_rupiah": month.growth.0,
            "rate_ppm": month.rate.0,
            "rule": month.rule.as_str(),
            "taken_rupiah": month.taken.0,
            "balance_rupiah": month.balance.0,
        })
    });
    let lines = counted.answer.lines.iter().map(|line| {
        json!({
            "line": line.key.name(),
            "rupiah": line.rupiah.0,
            "rule": line.rule.as_str(),
            "article": &*line.article,
            "status": line.status.name(),
        })
    });
    let saved = |one: &SavedShown| {
        json!({
            "month": one.saved.paid.month.to_string(),
            "rupiah": one.saved.paid.rupiah.0,
            "programme": &*one.programme.0,
            "segment": one.segment.name(),
            "paid_on": one.saved.paid.paid_on.to_string(),
            "transfer": one.saved.paid.transfer.to_string(),
            "ended_on": one.saved.ended.and_then(|ended| ended.on).map(|day| day.to_string()),
            "ended_why": one.saved.ended.map(|ended| ended.why.name()),
        })
    };
    let stated = file.stated.iter().map(|one| {
        json!({
            "stated": one.stated.id.to_string(),
            "on": one.stated.as_of.to_string(),
            "rupiah": one.stated.rupiah.0,
            "reference": &*one.stated.reference,
            "by": &*one.by,
        })
    });
    json!({
        "person": file.person.id.to_string(),
        "name": file.person.name,
        "on": file.moment.on.to_string(),
        "known_at": file.moment.known_at.to_string(),
        "balance_rupiah": counted.answer.total.0,
        "paid_in_rupiah": counted.paid_in.0,
        "growth_rupiah": counted.growth.0,
        "taken_rupiah": counted.taken.0,
        "beyond_rupiah": counted.beyond.0,
        "status": counted.answer.status.name(),
        "lines": lines.collect::<Vec<_>>(),
        "months": months.collect::<Vec<_>>(),
        "contributions": file.paid.iter().map(saved).collect::<Vec<_>>(),
        "corrections": file.corrections.iter().map(saved).collect::<Vec<_>>(),
        "worker_part_rupiah": file.worker.as_ref().map(|worker| worker.rupiah.0),
        "stated": stated.collect::<Vec<_>>(),
        "compared": file.compared.as_ref().map(compared_document),
        "rulebook": file.rulebook,
    })
}

fn say_file(file: &JhtFile, say: &Say) {
    let (words, counted) = (say.words, &file.account.counted);
    say.line(&moment_words(&file.moment, words));
    say.line(&format!("{}  {}  {}", file.person.id, file.person.nik, file.person.name));
    let fact =
        |key: &str, rupiah: Rupiah| (words.get(key), format!("{rupiah} ({})", rupiah.in_words()));
    let mut facts = vec![
        fact("jht-balance", counted.answer.total),
        fact("jht-paid-in", counted.paid_in),
        fact("jht-growth", counted.growth),
    ];
    if counted.taken > Rupiah::ZERO {
        facts.push(fact("jht-taken", counted.taken));
    }
    say.pairs(&facts);
    for line in &counted.answer.lines {
        let name = words.get(&format!("law-line-{}", line.key.name()));
        say.line(&format!("  {name}: {} ({})", line.rupiah, line.article));
    }
    for year in years_of(counted) {
        let (paid, growth) = (year.paid_in.to_string(), year.growth.to_string());
        let (number, balance) = (year.year.to_string(), year.balance.to_string());
        let values =
            [("year", &*number), ("paid", &*paid), ("growth", &*growth), ("balance", &*balance)];
        say.line(&words.with("jht-year-line", &values));
    }
    for one in &file.corrections {
        say.line(&correction_in_words(&one.saved, words));
    }
    for one in &file.stated {
        let (day, rupiah) = (one.stated.as_of.in_words(), one.stated.rupiah.to_string());
        let id = one.stated.id.to_string();
        let values = [
            ("day", &*day),
            ("rupiah", &*rupiah),
            ("reference", &*one.stated.reference),
            ("by", &*one.by),
            ("id", &*id),
        ];
        say.line(&words.with("jht-stated-line", &values));
    }
    if let Some(compared) = &file.compared {
        say.line(&difference_in_words(compared, words));
    }
    say.line(&words.get("jht-estimate"));
}

fn simulate(args: &JhtSimulateArgs, say: &Say) -> Result<(), AppError> {
    let rulebook = super::law::rulebook(say, &args.rulebook)?;
    let amount = |text: &Option<String>| text.as_deref().map(commands::rupiah).transpose();
    let (wage, income) = (amount(&args.wage)?, amount(&args.income)?);
    let base = simulated_base(wage.is_some(), wage.or(income).unwrap_or_default());
    let asked = SimulationAsked {
        base,
        first: commands::month(&args.from)?,
        months: simulation_months(args.months.into())?,
        start: amount(&args.start)?.unwrap_or_default(),
    };
    let found = domain::jht::simulate(&rulebook, &asked);
    let found = found.map_err(|gap| AppError::refused("RULE_MISSING", gap.name()))?;
    match say.json {
        true => say.document(&simulation_document(&asked, &found)),
        false => say_simulation(&found, say),
    }
    Ok(())
}

fn simulation_document(asked: &SimulationAsked, found: &Simulation) -> Value {
    let spans = found.spans.iter().map(|span| {
        json!({
            "first": span.first.to_string(),
            "last": span.last.to_string(),
            "monthly_rupiah": span.monthly.0,
            "worker_rupiah": span.own.0,
            "base_rupiah": span.base.0,
            "article": &*span.article,
            "status": span.status.name(),
        })
    });
    let years = found.years.iter().map(|year| {
        json!({
            "year": year.year,
            "paid_in_rupiah": year.paid_in.0,
            "growth_rupiah": year.growth.0,
            "balance_rupiah": year.balance.0,
        })
    });
    let payouts = found.payouts.iter().map(|one| {
        let line = |line: &rules::Line| {
            let article = &*line.article;
            json!({"line": line.key.name(), "rupiah": line.rupiah.0, "article": article})
        };
        json!({
            "reason": one.reason.name(),
            "rupiah": one.answer.total.0,
            "lines": one.answer.lines.iter().map(line).collect::<Vec<_>>(),
            "status": one.answer.status.name(),
            "needs_years": one.needs_years.map(|(years, _)| years),
            "years_reached": one.needs_years.map(|(_, reached)| reached),
        })
    });
    json!({
        "from": asked.first.to_string(),
        "months": asked.months,
        "start_rupiah": asked.start.0,
        "on": found.on.to_string(),
        "contributions": spans.collect::<Vec<_>>(),
        "paid_in_rupiah": found.account.paid_in.0,
        "growth_rupiah": found.account.growth.0,
        "balance_rupiah": found.account.answer.total.0,
        "status": found.account.answer.status.name(),
        "years": years.collect::<Vec<_>>(),
        "payouts": payouts.collect::<Vec<_>>(),
    })
}

fn say_simulation(found: &Simulation, say: &Say) {
    let words = say.words;
    for span in &found.spans {
        let (first, last) = (span.first.to_string(), span.last.to_string());
        let own = if span.own > Rupiah::ZERO { format!(" ({})", span.own) } else { String::new() };
        say.line(&format!("{first}..{last}  {}{own}  {}", span.monthly, span.article));
    }
    for year in &found.years {
        let (paid, growth) = (year.paid_in.to_string(), year.growth.to_string());
        let (number, balance) = (year.year.to_string(), year.balance.to_string());
        let values =
            [("year", &*number), ("paid", &*paid), ("growth", &*growth), ("balance", &*balance)];
        say.line(&words.with("jht-year-line", &values));
    }
    for one in &found.payouts {
        let name = words.get(&format!("jht-reason-{}", one.reason.name()));
        let article = one.answer.lines.first().map_or("", |line| &*line.article);
        let total = one.answer.total;
        let mut text = format!("{name}: {total} ({}; {article})", total.in_words());
        if let Some((years, reached)) = one.needs_years {
            let key = if reached { "jht-years-reached" } else { "jht-years-missing" };
            text.push_str(&format!(" · {}", words.with(key, &[("years", &years.to_string())])));
        }
        say.line(&text);
    }
    say.line(&words.get("jht-estimate"));
}
