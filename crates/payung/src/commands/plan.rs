//! `payung plan`: forward, the other way round, scenarios side by side, and a path to everybody.

use std::process::ExitCode;

use app::error::AppError;
use app::office::{Office, Operation};
use app::planner::{
    self, Affords, BaseTyped, Counted, PathTyped, Plan, Planned, RkaAsked, ScenarioTyped,
    heirs_in_words, months_in_words, path_document, plan_document, rules_in_words,
    warning_in_words,
};
use base::money::grouped;
use base::{Month, RegionCode};
use domain::occupation::Occupations;
use rules::Rulebook;

use super::law::rulebook;
use crate::cli::{Global, PlanArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Plans, and prints what it comes to.
pub fn plan(global: &Global, say: &Say, args: &PlanArgs) -> Done {
    let law = rulebook(say, &args.rulebook)?;
    let occupations = Occupations::builtin();
    if args.goal.is_some() {
        return path(global, say, args, (&law, &occupations));
    }
    let usual = scenario_of_flags(args);
    let counted = count(global, args, &law, &occupations, &usual)?;
    let typed = args.scenarios.iter().map(|text| ScenarioTyped::parse(text));
    let mut typed: Vec<ScenarioTyped> = typed.collect::<Result<_, _>>()?;
    if typed.is_empty() || !usual.is_empty() {
        typed.insert(0, usual);
    }
    let words = counted.usual(&occupations);
    let scenarios = typed.iter().enumerate().map(|(number, one)| one.read(words, number));
    let scenarios = scenarios.collect::<Result<_, AppError>>()?;
    let budget = args.budget.as_deref().map(commands::rupiah).transpose()?;
    let found = planner::plan(&law, counted, scenarios, budget)?;
    if let (Some(folder), Some(first)) = (&args.rka, found.planned.first()) {
        let asked = RkaAsked {
            title: args.title.as_deref().unwrap_or_default(),
            account: args.account.as_deref().unwrap_or_default(),
            today: Some(commands::environment()?.today()),
        };
        for printed in asked.files(first, &law, say.words)? {
            let path = folder.join(&printed.name);
            commands::write_file(&path, &printed.bytes)?;
            if !say.json {
                let shown = path.display().to_string();
                say.line(&say.words.with("law-page-written", &[("file", &shown)]));
            }
        }
    }
    match say.json {
        true => say.document(&plan_document(&found, &law, say.words)),
        false => say_plan(&found, &law, say),
    }
    Ok(ExitCode::SUCCESS)
}

fn scenario_of_flags(args: &PlanArgs) -> ScenarioTyped {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    ScenarioTyped {
        name: String::new(),
        occupations: text(&args.occupations),
        schemes: text(&args.schemes),
        payer: text(&args.payer),
        from: text(&args.from),
        months: args.months.map(|months| months.to_string()).unwrap_or_default(),
        spans: args.spans.join(","),
        ages: text(&args.ages),
    }
}

fn base_of_flags(args: &PlanArgs) -> BaseTyped {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    BaseTyped {
        segment: text(&args.segment),
        income: text(&args.income),
        wage: text(&args.wage),
        class: text(&args.risk_class),
    }
}

/// The people that the flags name.
fn count(
    global: &Global,
    args: &PlanArgs,
    law: &Rulebook,
    occupations: &Occupations,
    usual: &ScenarioTyped,
) -> Result<Counted, AppError> {
    let base = base_of_flags(args);
    let register = || -> Result<(Office, app::office::Actor), AppError> {
        let office = commands::open(global)?;
        let actor = office.actor(&global.actor, Operation::ReadMoney)?;
        Ok((office, actor))
    };
    if let Some(code) = &args.programme {
        let (office, actor) = register()?;
        return office.plan_of_programme(&actor, code, &base);
    }
    if args.everybody {
        let (office, actor) = register()?;
        return office.plan_of_register(&actor, &base);
    }
    let first = first_month(usual)?;
    if let Some(people) = args.workers {
        return planner::of_count(law, occupations, people, &base, first);
    }
    if args.people.is_empty() {
        return Err(AppError::usage("FLAG_MISSING", "--programme"));
    }
    // Only districts matter for a plan, and those are in every province's gazetteer.
    let gazetteer = app::regions::gazetteer(RegionCode::from_digits(6401, 2));
    let law = (law, occupations, gazetteer);
    let read = planner::of_files(law, &commands::reader(), &args.people, &base, first)?;
    Ok(read.counted)
}

fn first_month(usual: &ScenarioTyped) -> Result<Month, AppError> {
    let text = match usual.spans.split("..").next().filter(|text| !text.is_empty()) {
        Some(first) => first,
        None => &usual.from,
    };
    match text {
        "" => Err(AppError::usage("FLAG_MISSING", "--from")),
        text => commands::month(text),
    }
}

fn say_plan(plan: &Plan, law: &Rulebook, say: &Say) {
    let words = say.words;
    let from = words.get(&format!("plan-from-{}", plan.counted.from.name()));
    let people = grouped(plan.counted.people.people());
    say.line(&words.with("plan-people", &[("people", &people), ("from", &from)]));
    let heads = ["plan-scenario", "plan-months", "quote-people", "quote-monthly", "quote-total"];
    let heads = heads.map(|key| words.get(key));
    let rows: Vec<Vec<String>> = plan.planned.iter().map(scenario_row).collect();
    say.table(&heads.each_ref().map(String::as_str), &rows, &[2, 3, 4]);
    for planned in &plan.planned {
        say_scenario(planned, say);
    }
    if let Some(affords) = &plan.affords {
        say_affords(affords, say);
    }
    let version = law.version().to_string();
    say.line(&words.with("rulebook-note", &[("version", &version)]));
}

fn scenario_row(planned: &Planned) -> Vec<String> {
    let (asked, found) = (&planned.scenario, &planned.forecast);
    vec![
        asked.name.to_string(),
        months_in_words(&asked.spans),
        grouped(found.people),
        found.monthly.to_string(),
        found.total.to_string(),
    ]
}

fn say_scenario(planned: &Planned, say: &Say) {
    let words = say.words;
    say.line(&format!("{}: {}", words.get("plan-scenario"), planned.scenario.name));
    for line in &planned.forecast.lines {
        let months = months_in_words(&[(line.first, line.last)]);
        let volume = grouped(line.person_months);
        let (scheme, each) = (line.scheme.name().to_uppercase(), line.each);
        let (amount, article, rule) = (line.rupiah, &line.article, &line.rule);
        say.line(&format!("  {scheme} {months}: {volume} × {each} = {amount}  {article} [{rule}]"));
    }
    for warning in &planned.warnings {
        say.line(&format!("! {}", warning_in_words(words, warning)));
    }
    for loss in &planned.heirs {
        say.line(&format!("! {}", heirs_in_words(words, loss)));
        say.line(&format!("    {}", rules_in_words(loss)));
    }
}

fn say_affords(affords: &Affords, say: &Say) {
    let label = |key: &str| say.words.get(key);
    say.pairs(&[
        (label("plan-budget"), affords.budget.to_string()),
        (label("quote-people-max"), grouped(affords.people.people)),
        (label("quote-leftover"), affords.people.leftover.to_string()),
        (label("quote-months-max"), affords.months.months.to_string()),
        (label("quote-leftover"), affords.months.leftover.to_string()),
    ]);
}

fn path(
    global: &Global,
    say: &Say,
    args: &PlanArgs,
    (law, occupations): (&Rulebook, &Occupations),
) -> Done {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let typed = PathTyped {
        from: text(&args.from),
        years: text(&args.years),
        people: args.workers.map(|people| people.to_string()).unwrap_or_default(),
        goal: text(&args.goal),
        goal_source: text(&args.goal_source),
        steps: text(&args.steps),
        schemes: text(&args.schemes),
        payer: text(&args.payer),
        apbd: text(&args.apbd),
        apbd_source: text(&args.apbd_source),
        base: base_of_flags(args),
    };
    let known = match &args.programme {
        None => None,
        Some(code) => {
            let office = commands::open(global)?;
            let actor = office.actor(&global.actor, Operation::ReadMoney)?;
            Some(office.plan_of_programme(&actor, code, &BaseTyped::default())?)
        }
    };
    let asked = typed.read(law, occupations, known.as_ref())?;
    let found = planner::path(law, &asked.query)?;
    if say.json {
        say.document(&path_document(&asked, &found, law));
        return Ok(ExitCode::SUCCESS);
    }
    let words = say.words;
    let heads = ["plan-year", "quote-people", "plan-added", "quote-total", "plan-share"];
    let heads = heads.map(|key| words.get(key));
    let rows: Vec<Vec<String>> = found
        .years
        .iter()
        .map(|year| {
            vec![
                year.first.year().to_string(),
                grouped(year.people),
                grouped(year.added),
                year.rupiah.to_string(),
                year.share.map_or_else(String::new, rules::percent),
            ]
        })
        .collect();
    say.table(&heads.each_ref().map(String::as_str), &rows, &[0, 1, 2, 3, 4]);
    say.pairs(&[
        (words.get("quote-total"), found.total.to_string()),
        (words.get("plan-goal-source"), asked.goal_source.clone()),
    ]);
    asked.priced_in_words(words).iter().for_each(|line| say.line(line));
    if let Some(apbd) = &asked.query.apbd {
        let values = [("total", apbd.total.to_string()), ("source", apbd.source.to_string())];
        let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
        say.line(&words.with("plan-apbd", &values));
    }
    let version = law.version().to_string();
    say.line(&words.with("rulebook-note", &[("version", &version)]));
    Ok(ExitCode::SUCCESS)
}
